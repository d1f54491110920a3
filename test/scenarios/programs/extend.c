/* extend program|map: loads a BPF program that does nothing, or makes a BPF map. */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  union bpf_attr attr;
  struct bpf_insn instructions[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  memset(&attr, 0, sizeof attr);
  if (argc == 2 && !strcmp(argv[1], "map")) {
    attr.map_type = BPF_MAP_TYPE_ARRAY;
    attr.key_size = attr.value_size = 4;
    attr.max_entries = 1;
    return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr) < 0;
  }
  attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
  attr.insns = (__u64)instructions;
  attr.insn_cnt = 2;
  attr.license = (__u64) "Dual MIT/GPL";
  return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr) < 0;
}
