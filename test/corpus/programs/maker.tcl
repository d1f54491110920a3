#!/usr/bin/tclsh
# maker.tcl FOLDER OUT JOBS MILLISECONDS: a build in Tcl. What is older than what it is made of is compiled, so many at a time; the program is
# linked, and its test has so much time, and all it wants when that was too little. A second round finds one part newer.
lassign $argv folder out jobs limit

proc newer {made sources} {
  if {![file exists $made]} { return 1 }
  foreach source $sources { if {[file mtime $source] > [file mtime $made]} { return 1 } }
  return 0
}

proc needs {source} {
  set words [split [string map {"\\\n" " "} [exec cc -MM $source]]]
  return [lsearch -all -inline -regexp $words {\.[ch]$}]
}

proc ended {channel name} {
  global running made
  read $channel
  if {![eof $channel]} { return }
  fconfigure $channel -blocking 1
  if {[catch {close $channel} problem]} { error "$name: $problem" }
  lappend made $name
  incr running -1
}

proc compile {folder out jobs} {
  global running made
  lassign {0 {}} running made
  foreach source [lsort [glob $folder/*.c]] {
    set object $out/[file rootname [file tail $source]].o
    if {![newer $object [needs $source]]} { continue }
    while {$running >= $jobs} { vwait running }
    set channel [open "|cc -O1 -pipe -c -o $object $source" r]
    fconfigure $channel -blocking 0
    incr running
    fileevent $channel readable [list ended $channel $object]
  }
  while {$running > 0} { vwait running }
  if {[llength $made]} { exec cc -o $out/program {*}[lsort [glob $out/*.o]] }
  return [llength $made]
}

proc tested {folder out limit} {
  set state [open $out/tried a]
  puts $state [clock milliseconds]
  close $state
  return [catch {exec timeout [expr {$limit / 1000.0}] sh $folder/tests/run.sh $out/program 2>@1}]
}

file mkdir $out
if {[compile $folder $out $jobs] < 4} { exit 3 }
if {[tested $folder $out $limit] && [tested $folder $out 20000]} { exit 4 }
after 1100
file mtime $folder/two.c [clock seconds]
if {[compile $folder $out $jobs] != 1 || [tested $folder $out 20000]} { exit 5 }
file rename $out/program $out/sum
file delete {*}[glob $out/*.o]
exec strip $out/sum
