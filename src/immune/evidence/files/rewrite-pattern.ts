import type { Victim } from "./rewritten-files.ts";

export const PATTERN = {
  /** Files that took one and the same new suffix: the fewest that are told, and so many more for more weight. */
  funnel: [
    { files: 12, weight: 1 },
    { files: 8, weight: 0.8 },
    { files: 5, weight: 0.6 },
  ],
  /** Of what takes a suffix that ordinary programs make (pictures converted, files packed). */
  ordinarySuffix: 0.3,
  /** Files written over where they are, of so many types that no one program edits: pictures, documents, archives. */
  mixed: [
    { files: 12, types: 4, weight: 0.9 },
    { files: 8, types: 3, weight: 0.7 },
  ],
  /** Read or written over, and then gone, with nothing left of the name. */
  vanished: [
    { files: 16, weight: 0.8 },
    { files: 8, weight: 0.5 },
  ],
  /** Written over in many folders, of whatever type: also what formatters and `sed -i` do. */
  plain: [
    { files: 40, folders: 5, weight: 0.3 },
    { files: 15, folders: 3, weight: 0.2 },
  ],
} as const;

/** Types that programs write new rather than change in place, by suffix; those of one program are one type. */
const TYPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    picture: "jpg jpeg png gif bmp tif tiff heic webp psd raw cr2 nef svg",
    video: "mp4 mov avi mkv mpg mpeg wmv webm",
    sound: "mp3 wav flac ogg m4a aac",
    portable: "pdf ps eps djvu epub",
    text: "doc docx odt rtf",
    sheet: "xls xlsx ods csv",
    slides: "ppt pptx odp",
    archive: "zip tar gz tgz bz2 xz 7z rar zst jar iso",
    database: "sqlite db sql mdb accdb dbf dump bak kdbx",
    mail: "pst ost eml msg mbox",
    key: "pem key crt p12 pfx",
    design: "dwg dxf ai indd blend",
  }).flatMap(([type, suffixes]) => suffixes.split(" ").map((suffix) => [`.${suffix}`, type])),
);

/** What converters and packers leave, beside the types above. */
const ORDINARY: ReadonlySet<string> = new Set(
  ".lz4 .lzma .br .html .htm .md .txt .json .xml .yaml .yml .js .ts .mjs .cjs .jsx .tsx .py .rs .go .o .pyc .old .orig .new .tmp .part".split(
    " ",
  ),
);

export interface Pattern {
  readonly weight: number;
  readonly says: string;
}

/**
 * How much like extortion it looks. After Scaife et al., "CryptoLock (and Drop It)", IEEE ICDCS 2016: types of many files
 * that become one, many types from one program, and removal are what ordinary programs do not do together.
 */
export function patternOf(victims: readonly Victim[]): Pattern | undefined {
  const found = [funnel(victims), mixed(victims), vanished(victims), plain(victims)].filter(
    (each) => each !== undefined,
  );
  return found.toSorted((a, b) => b.weight - a.weight)[0];
}

function funnel(victims: readonly Victim[]): Pattern | undefined {
  const bySuffix = Map.groupBy(
    victims.filter(({ newSuffix }) => newSuffix !== ""),
    ({ newSuffix }) => newSuffix,
  );
  const [suffix, files] = [...bySuffix].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  if (suffix === undefined || files === undefined) return undefined;
  const from = new Set(files.map((file) => file.suffix)).size;
  if (from < 2 && new Set(files.map(({ folder }) => folder)).size < 2) return undefined;
  const step = PATTERN.funnel.find((each) => files.length >= each.files);
  if (step === undefined) return undefined;
  const isOrdinary = TYPES[suffix] !== undefined || ORDINARY.has(suffix);
  return {
    weight: step.weight * (isOrdinary ? PATTERN.ordinarySuffix : 1),
    says: `${files.length} files of ${from} types now end in "${suffix}"`,
  };
}

function mixed(victims: readonly Victim[]): Pattern | undefined {
  const files = victims.filter(
    ({ suffix, newSuffix, vanished }) => TYPES[suffix] !== undefined && newSuffix === "" && !vanished,
  );
  const types = new Set(files.map(({ suffix }) => TYPES[suffix])).size;
  const step = PATTERN.mixed.find((each) => files.length >= each.files && types >= each.types);
  return step && { weight: step.weight, says: `${files.length} files of ${types} types were written over in place` };
}

function vanished(victims: readonly Victim[]): Pattern | undefined {
  const files = victims.filter((victim) => victim.vanished).length;
  const step = PATTERN.vanished.find((each) => files >= each.files);
  return step && { weight: step.weight, says: `${files} files were read or written over, and then removed` };
}

function plain(victims: readonly Victim[]): Pattern | undefined {
  const folders = new Set(victims.map(({ folder }) => folder)).size;
  const step = PATTERN.plain.find((each) => victims.length >= each.files && folders >= each.folders);
  return step && { weight: step.weight, says: `${victims.length} files in ${folders} folders were written over` };
}
