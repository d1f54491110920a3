#!/usr/bin/tclsh
# replies.tcl SECONDS MAIL...: answers mails, each by a connection of its own; an answer is kept beside, and that under a name for good once the
# server has it.
source /opt/agent/peer.tcl
set sent $env(HOME)/Maildir/.Sent
foreach each {tmp cur} { file mkdir $sent/$each }
set seconds [lindex $argv 0]

foreach mail [lrange $argv 1 end] {
  set name [clock microseconds].P[pid].web-1
  regsub -all -line {^} [string trim [whole $mail]] {> } quoted
  set file [open $sent/tmp/$name {WRONLY CREAT EXCL}]
  puts $file "Subject: Re: Your question\nDate: [clock format [clock seconds] -gmt 1]\n\nYes, it is.\n\n$quoted"
  chan close $file
  set server [reached 198.51.100.25:587]
  puts $server "EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r"
  slept $seconds
  puts $server [string map [list \n \r\n] [whole $sent/tmp/$name]]\r\n.\r\nQUIT\r
  ended $server
  file rename $sent/tmp/$name $sent/cur/$name:2,S
}
