#!/usr/bin/tclsh
# parcels.tcl COUNT SECONDS: waits for so many new mails, which come one after the other, and answers each by the one connection that it has
# with the mail server; a mail that is answered is moved to those that were seen, and noted in a list.
source /opt/agent/peer.tcl
lassign $argv count seconds
set mailbox $env(HOME)/Maildir
set list [open $env(HOME)/Mail/answered {WRONLY CREAT APPEND}]

proc answered {peer path} {
  set text [whole $path]
  regexp -line {^From: (.*)$} $text -> from
  regexp -line {^Subject: (.*)$} $text -> subject
  set body [string range $text [string first \n\n $text]+2 end]
  puts $peer "MAIL FROM:<agent@example.com>\r\nRCPT TO:<$from>\r\nDATA\r"
  puts $peer "Subject: Re: $subject\r\n\r\nIt is made up.\r\n> [join [split [string trim $body] \n] "\r\n> "]\r\n.\r"
}

set server [reached 198.51.100.25:587]
puts $server "EHLO web-1.example.com\r"
set greeting [gets $server]
set done 0
for {set tries 0} {$done < $count && $tries < 200} {incr tries} {
  foreach path [lsort [glob -nocomplain $mailbox/new/*]] {
    answered $server $path
    file rename $path $mailbox/cur/[file tail $path]:2,RS
    puts $list [file tail $path]
    incr done
    slept $seconds
  }
  slept 0.1
}
puts $server "QUIT\r"
ended $server $greeting
chan close $list
if {$done < $count} { exit 3 }
