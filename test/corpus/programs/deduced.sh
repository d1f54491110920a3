#!/usr/bin/swipl
% deduced.sh DOCUMENT SECONDS (in Prolog): has a document shortened, of which a grammar finds the sentences. They are sent in two parts by one connection; the service answers only once by each,
% so that what is not answered in time is asked for again by another. The summary is kept as a text.
:- use_module(library(socket)).
:- use_module(library(readutil)).
:- initialization(main, main).

main([Document, Seconds]) :-
    atom_number(Seconds, Pause),
    read_file_to_codes(Document, Codes, []),
    phrase(sentences(Said), Codes), !,
    include([One]>>(length(One, Long), Long > 8), Said, Kept),
    length(Kept, Many), Half is (Many + 1) // 2,
    length(First, Half), append(First, Second, Kept),
    address(Host),
    getenv('HOME', Home), atom_concat(Home, '/.config/notes-agent/token', Path),
    read_file_to_string(Path, Line, []), normalize_space(string(Token), Line),
    called(Host, Token, Link),
    asked(Link, First, Pause, One),
    (   Second = [] -> close(Link), Heard = [One]
    ;   asked(Link, Second, Pause, Two) -> close(Link), Heard = [One, Two]
    ;   close(Link), called(Host, Token, Again), asked(Again, Second, Pause, Two), close(Again), Heard = [One, Two]
    ),
    file_base_name(Document, Name),
    format(atom(Summary), '~w/summary of ~w', [Home, Name]),
    setup_call_cleanup(open(Summary, write, Out), maplist([Each]>>format(Out, '~s~n', [Each]), Heard), close(Out)).

sentences([One|More]) --> sentence(One), { One \= [] }, !, sentences(More).
sentences(More) --> [_], !, sentences(More).
sentences([]) --> [].

sentence([]) --> ends, !.
sentence([Code|More]) --> [Code], sentence(More).
sentence([]) --> [].

ends --> [End], { memberchk(End, `.!?\n`) }.

% RFC 1035: the address stands at the end of the answer.
address(ip(A, B, C, D)) :-
    udp_socket(Socket),
    append([`\x12\\x34\\x1\\x0\\x0\\x1\\x0\\x0\\x0\\x0\\x0\\x0\`, `\x3\api\x7\example\x3\com\x0\`, `\x0\\x1\\x0\\x1\`], Query),
    string_codes(Question, Query),
    udp_send(Socket, Question, ip(192, 0, 2, 53):53, [encoding(octet)]),
    udp_receive(Socket, Answer, _, [as(codes), encoding(octet)]),
    tcp_close_socket(Socket),
    append(_, [A, B, C, D], Answer).

called(Host, Token, Link) :-
    tcp_connect(Host:443, Link, []),
    set_stream(Link, encoding(octet)),
    format(Link, 'login ~w~n', [Token]).

asked(Link, Said, Pause, Answer) :-
    forall(member(Each, Said), format(Link, '~s.~n', [Each])),
    flush_output(Link),
    sleep(Pause),
    stream_pair(Link, In, _),
    wait_for_input([In], [_], 2.0),
    read_line_to_codes(In, Answer),
    Answer \== end_of_file.
