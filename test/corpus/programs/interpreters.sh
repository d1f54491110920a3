#!/usr/bin/escript
%%! +S 2:2 +A 1 -noinput
%% interpreters.sh DOCUMENT HOST PORT SECONDS (in Erlang): has a document translated line by line, each in a packet with its length before it. Who loses the line in the middle goes on by
%% another after the last line that was translated. What is finished is kept in a file whose name says that it is not whole, which gets its own name at the end.

main([Document, Host, Port, Seconds]) ->
    {ok, Text} = file:read_file(Document),
    Lines = binary:split(Text, <<"\n">>, [global]),
    {ok, Address} = inet:parse_ipv4_address(Host),
    Unfinished = Document ++ ".ca.part",
    {ok, Out} = file:open(Unfinished, [write, exclusive, raw, delayed_write]),
    {ok, Rounds} = said(Lines, Address, list_to_integer(Port), Out, Seconds, 0),
    ok = file:close(Out),
    ok = file:rename(Unfinished, Document ++ ".ca"),
    io:format("~b connections~n", [Rounds]).

said([], _, _, _, _, Rounds) -> {ok, Rounds};
said(_, _, _, _, _, 6) -> halt(9);
said(Lines, Address, Port, Out, Seconds, Rounds) ->
    case gen_tcp:connect(Address, Port, [binary, {packet, 4}, {active, false}], 4000) of
        {ok, Link} ->
            Rest = spoken(Link, Lines, Out),
            gen_tcp:close(Link),
            Rest =:= [] orelse timer:sleep(100 + round(300 * number(Seconds))),
            said(Rest, Address, Port, Out, Seconds, Rounds + 1);
        {error, _} ->
            timer:sleep(300),
            said(Lines, Address, Port, Out, Seconds, Rounds + 1)
    end.

number(Text) -> case string:to_float(Text) of {error, _} -> list_to_integer(Text); {Number, _} -> Number end.

spoken(_, [], _) -> [];
spoken(Link, [Line | Rest] = Lines, Out) ->
    case gen_tcp:send(Link, term_to_binary({en, ca, Line})) of
        ok ->
            case gen_tcp:recv(Link, 0, 6000) of
                {ok, Said} -> ok = file:write(Out, [Said, <<"\n">>]), spoken(Link, Rest, Out);
                {error, _} -> Lines
            end;
        {error, _} -> Lines
    end.
