/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor ENDS: the least that a sensor at the tracepoints of system calls can cost. An empty program, of the two
 * instructions that each must have, stands at the end of every call ("exit"), where the sensor's stands, or at the
 * beginning too ("both"); says so with a line, and goes with the end of standard input.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

static int stand_at(const char *tracepoint)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "dp_floor", "GPL", program,
			       sizeof(program) / sizeof(program[0]), NULL);

	if (fd < 0 || bpf_raw_tracepoint_open(tracepoint, fd) < 0) {
		perror(tracepoint);
		return -1;
	}
	return 0;
}

int main(int count, char **arguments)
{
	int both = count == 2 && !strcmp(arguments[1], "both");

	if (count != 2 || (!both && strcmp(arguments[1], "exit")))
		return 2;
	if ((both && stand_at("sys_enter")) || stand_at("sys_exit"))
		return 1;
	puts("stands");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
