# The peers of the world, for programs in Tcl: `reached` connects, `ended` makes sure that all has arrived there.
proc reached {address} {
  lassign [split $address :] host port
  set peer [socket $host $port]
  chan configure $peer -translation binary -buffering none
  return $peer
}

# A peer answers once and closes when it has read all; else the program ends with 9. What was read of the answer already comes in.
proc ended {peer {said {}}} {
  chan close $peer write
  append said [chan read $peer]
  chan close $peer
  if {$said eq {}} { exit 9 }
  return $said
}

proc whole {path} {
  set file [open $path rb]
  set text [chan read $file]
  chan close $file
  return $text
}

proc slept {seconds} {
  after [expr {int($seconds * 1000)}]
}
