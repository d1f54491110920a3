#!/usr/bin/tclsh
# brief.tcl DOCUMENT SECONDS: has a document shortened by the service that the task declares. All is done by one loop of events: after the
# login the document is copied from file to socket, a little at a time, and a clock sees to it that the service says something in time.
source /opt/agent/peer.tcl
lassign $argv document seconds
set summaries $env(HOME)/summaries

proc copied {file peer step seconds} {
  if {[chan copy $file $peer -size $step] < $step} {
    chan close $file
    chan close $peer write
    return
  }
  after [expr {int($seconds * 100)}] [list copied $file $peer $step $seconds]
}

proc heard {peer} {
  global said done
  append said [chan read $peer]
  if {[chan eof $peer]} {
    chan close $peer
    set done yes
  }
}

proc asked {document seconds} {
  set peer [reached 198.51.100.10:443]
  chan configure $peer -blocking 0
  chan event $peer readable [list heard $peer]
  copied [open $document rb] $peer 64 $seconds
}

set login [reached 198.51.100.10:443]
puts $login "POST /login [whole $env(HOME)/.config/notes-agent/token]"
ended $login
set late [after 20000 {set done no}]
asked $document $seconds
vwait done
after cancel $late
if {!$done || $said eq {}} { exit 9 }
file mkdir $summaries
set file [open $summaries/[file rootname [file tail $document]].md {WRONLY CREAT EXCL}]
puts $file "# [file tail $document], shortened [clock format [clock seconds] -format %Y-%m-%d -gmt 1]\n\n$said"
chan close $file
