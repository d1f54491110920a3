#!/usr/bin/ocaml
(* gleaned.sh DOCUMENT SECONDS (in OCaml): has a document shortened, of which only the lines with the most words are sent. Whoever named it did not mind capitals, so that
   it is looked for in its folder. The service's name is asked for; the agent logs in with its token; the summary is written beside its place first. *)
#load "unix.cma";;
open Unix

let whole path =
  let file = open_in_bin path in
  let text = really_input_string file (in_channel_length file) in
  close_in file;
  text

let found path =
  if Sys.file_exists path then path
  else
    let folder, name = Filename.dirname path, String.lowercase_ascii (Filename.basename path) in
    match List.filter (fun each -> String.lowercase_ascii each = name) (Array.to_list (Sys.readdir folder)) with
    | each :: _ -> Filename.concat folder each
    | [] -> prerr_endline ("no " ^ path); exit 66

let address () =
  let link = socket PF_INET SOCK_DGRAM 0 in
  connect link (ADDR_INET (inet_addr_of_string "192.0.2.53", 53));
  let question = "\011\017\001\000\000\001\000\000\000\000\000\000\003api\007example\003com\000\000\001\000\001" in
  ignore (send_substring link question 0 (String.length question) []);
  let answer = Bytes.create 512 in
  setsockopt_float link SO_RCVTIMEO 5.0;
  let size = recv link answer 0 512 [] in
  close link;
  inet_addr_of_string (String.concat "." (List.map (fun at -> string_of_int (Char.code (Bytes.get answer (size - at)))) [4; 3; 2; 1]))

let () =
  let document = found Sys.argv.(1) in
  let words line = List.length (String.split_on_char ' ' line) in
  let lines = List.stable_sort (fun one other -> compare (words other) (words one)) (String.split_on_char '\n' (whole document)) in
  let chosen = List.filteri (fun at _ -> at < 40) lines in
  let peer = socket PF_INET SOCK_STREAM 0 in
  connect peer (ADDR_INET (address (), 443));
  let out, answer = out_channel_of_descr peer, in_channel_of_descr peer in
  Printf.fprintf out "login %s\n%!" (String.trim (whole (Filename.concat (Sys.getenv "HOME") ".config/notes-agent/token")));
  List.iteri (fun at line -> output_string out (line ^ "\n"); if at mod 10 = 9 then (flush out; sleepf (float_of_string Sys.argv.(2) /. 4.))) chosen;
  flush out;
  shutdown peer SHUTDOWN_SEND;
  let said = input_line answer in
  let kept = Filename.concat (Sys.getenv "HOME") ("summary-of-" ^ String.lowercase_ascii (Filename.basename document)) in
  let file = open_out_gen [Open_wronly; Open_creat; Open_excl] 0o600 (kept ^ ".part") in
  Printf.fprintf file "%d lines, %d of them sent: %s\n" (List.length lines) (List.length chosen) said;
  close_out file;
  Sys.rename (kept ^ ".part") kept
