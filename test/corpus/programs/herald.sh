#!/usr/bin/ocaml
(* herald.sh HOST COMMAND (in OCaml): what the real git starts for a remote over ssh (GIT_SSH, GIT_SSH_VARIANT=simple): it asks for the name's address, logs in by the key, and hands on what git says. What
   git hears is said here: a repository without a branch, which takes anything (gitprotocol-pack). HERALD_BUSY names a file: if it is not there, it is made, and the server has no room for who
   has logged in; HERALD_SLOW are the seconds that a login takes. *)
#load "unix.cma";;
open Unix

let whole path = let file = open_in_bin path in let text = really_input_string file (in_channel_length file) in close_in file; text
let setting name = try Some (Sys.getenv name) with Not_found -> None

let address () =
  let link = socket PF_INET SOCK_DGRAM 0 in
  connect link (ADDR_INET (inet_addr_of_string "192.0.2.53", 53));
  let asked kind = "\021\021\001\000\000\001\000\000\000\000\000\000\003git\007example\003com\000\000" ^ kind ^ "\000\001" in
  let answer = Bytes.create 512 in
  setsockopt_float link SO_RCVTIMEO 5.0;
  let answered kind = ignore (send_substring link (asked kind) 0 33 []); recv link answer 0 512 [] in
  ignore (answered "\028");
  let size = answered "\001" in
  close link;
  inet_addr_of_string (String.concat "." (List.map (fun at -> string_of_int (Char.code (Bytes.get answer (size - at)))) [4; 3; 2; 1]))

let rec all peer text at = if at < Bytes.length text then all peer text (at + write peer text at (Bytes.length text - at))

let () =
  let home = Sys.getenv "HOME" in
  let known = whole (home ^ "/.ssh/known_hosts") in
  let peer = socket PF_INET SOCK_STREAM 0 in
  connect peer (ADDR_INET (address (), 22));
  all peer (Bytes.of_string "SSH-2.0-herald\r\n") 0;
  let heard = Bytes.create 65536 in
  ignore (read peer heard 0 65536);
  let key = whole (home ^ "/.ssh/id_ed25519") in
  sleepf (match setting "HERALD_SLOW" with Some text -> float_of_string text | None -> 0.);
  all peer (Bytes.of_string (Printf.sprintf "signed with %d bytes, known are %d\n" (String.length key) (String.length known))) 0;
  (match setting "HERALD_BUSY" with
   | Some path when not (Sys.file_exists path) ->
     close_out (open_out path);
     prerr_endline "the server has no room";
     exit 255
   | _ -> ());
  let line = String.make 40 '0' ^ " capabilities^{}\000 report-status-v0 delete-refs ofs-delta atomic agent=herald\n" in
  print_string (Printf.sprintf "%04x%s0000" (String.length line + 4) line);
  flush Stdlib.stdout;
  let rec on () = match read stdin heard 0 65536 with 0 -> () | size -> all peer (Bytes.sub heard 0 size) 0; on () in
  on ();
  shutdown peer SHUTDOWN_SEND;
  while read peer heard 0 65536 > 0 do () done
