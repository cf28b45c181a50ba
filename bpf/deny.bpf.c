// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Cuts a cgroup from the network. Asked at connect and sendmsg, so that a program is told EPERM at once,
 * and for each packet in and out, so that what was open before is cut too and nothing comes in. Each cut
 * loads programs of its own, with its mode and its list; the links that attach them go with the process
 * that made them. Not met: packet sockets (AF_PACKET, which take CAP_NET_RAW), unix sockets, vsock.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "deny.h"

const volatile struct deny_config config = { DENY_ALL };

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, DENY_LIST_MAX);
	__type(key, struct allow4_key);
	__type(value, __u8);
} allow4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, DENY_LIST_MAX);
	__type(key, struct allow6_key);
	__type(value, __u8);
} allow6 SEC(".maps");

/* Addresses as they lie in memory, network order; the port in host order, 0 where the packet shows none. */
static __always_inline int allowed4(__u32 address, __u16 port)
{
	if (config.mode == DENY_ALL_BUT_LOOPBACK)
		return (bpf_ntohl(address) >> 24) == 127;
	if (config.mode != DENY_ALL_BUT_LIST)
		return 0;
	struct allow4_key key;

	/* Not by an initialiser: the compiler would put it beside the configuration. */
	__builtin_memset(&key, 0, sizeof(key));
	key.prefix_bits = 16 + 32;
	__builtin_memcpy(key.address, &address, sizeof(address));
	if (bpf_map_lookup_elem(&allow4, &key))
		return 1;
	key.port = port;
	return port && bpf_map_lookup_elem(&allow4, &key);
}

static __always_inline int allowed6(const __u32 address[4], __u16 port)
{
	/* ::ffff:a.b.c.d is the same place as a.b.c.d. */
	if (!address[0] && !address[1] && address[2] == bpf_htonl(0xffff))
		return allowed4(address[3], port);
	if (config.mode == DENY_ALL_BUT_LOOPBACK)
		return !address[0] && !address[1] && !address[2] && address[3] == bpf_htonl(1);
	if (config.mode != DENY_ALL_BUT_LIST)
		return 0;
	struct allow6_key key;

	__builtin_memset(&key, 0, sizeof(key));
	key.prefix_bits = 16 + 128;
	__builtin_memcpy(key.address, address, sizeof(key.address));
	if (bpf_map_lookup_elem(&allow6, &key))
		return 1;
	key.port = port;
	return port && bpf_map_lookup_elem(&allow6, &key);
}

static __always_inline int asked4(struct bpf_sock_addr *ctx)
{
	return allowed4(ctx->user_ip4, bpf_ntohs((__u16)ctx->user_port));
}

static __always_inline int asked6(struct bpf_sock_addr *ctx)
{
	/* One by one: the verifier takes no array of context fields. */
	__u32 address[4] = { ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3] };

	return allowed6(address, bpf_ntohs((__u16)ctx->user_port));
}

SEC("cgroup/connect4")
int deny_connect4(struct bpf_sock_addr *ctx)
{
	return asked4(ctx);
}

SEC("cgroup/connect6")
int deny_connect6(struct bpf_sock_addr *ctx)
{
	return asked6(ctx);
}

SEC("cgroup/sendmsg4")
int deny_sendmsg4(struct bpf_sock_addr *ctx)
{
	return asked4(ctx);
}

SEC("cgroup/sendmsg6")
int deny_sendmsg6(struct bpf_sock_addr *ctx)
{
	return asked6(ctx);
}

/* The port of the other side, at `at` behind the network header; later fragments have none. */
static __always_inline __u16 port_at(struct __sk_buff *skb, __u8 protocol, __u32 at)
{
	__be16 port = 0;

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return 0;
	return bpf_skb_load_bytes(skb, at, &port, sizeof(port)) ? 0 : bpf_ntohs(port);
}

static __always_inline int packet4(struct __sk_buff *skb, int out)
{
	struct iphdr header;

	if (bpf_skb_load_bytes(skb, 0, &header, sizeof(header)))
		return 0;
	__u32 behind = header.ihl * 4;
	__u16 port = header.frag_off & bpf_htons(0x1fff) ? 0 : port_at(skb, header.protocol, behind + (out ? 2 : 0));

	return allowed4(out ? header.daddr : header.saddr, port);
}

static __always_inline int packet6(struct __sk_buff *skb, int out)
{
	struct ipv6hdr header;
	__u32 address[4];

	if (bpf_skb_load_bytes(skb, 0, &header, sizeof(header)))
		return 0;
	__builtin_memcpy(address, out ? &header.daddr : &header.saddr, sizeof(address));
	return allowed6(address, port_at(skb, header.nexthdr, sizeof(header) + (out ? 2 : 0)));
}

/* What is neither IPv4 nor IPv6 does not come here. */
static __always_inline int packet(struct __sk_buff *skb, int out)
{
	return skb->protocol == bpf_htons(ETH_P_IP) ? packet4(skb, out) : packet6(skb, out);
}

SEC("cgroup_skb/egress")
int deny_egress(struct __sk_buff *skb)
{
	return packet(skb, 1);
}

SEC("cgroup_skb/ingress")
int deny_ingress(struct __sk_buff *skb)
{
	return packet(skb, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
