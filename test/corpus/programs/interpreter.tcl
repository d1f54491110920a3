#!/usr/bin/tclsh
# interpreter.tcl DOCUMENT HOST:PORT SECONDS: translates the document by the service. A clock hands over line by line, and what comes back is
# copied into a new file meanwhile.
source /opt/agent/peer.tcl
lassign $argv document service seconds

proc handed_over {text peer pause} {
  if {[chan gets $text line] < 0} {
    chan close $text
    chan close $peer write
    return
  }
  puts $peer $line
  after $pause [list handed_over $text $peer $pause]
}

proc ended_with {size {problem {}}} {
  global done
  set done [expr {$size > 0 && $problem eq {}}]
}

set peer [reached $service]
set left [open $document.cs {WRONLY CREAT EXCL}]
chan copy $peer $left -command ended_with
handed_over [open $document] $peer [expr {int($seconds * 1000)}]
vwait done
chan close $left
if {!$done} { exit 9 }
