import { request } from "node:http";
void request;
