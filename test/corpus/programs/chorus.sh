#!/usr/bin/escript
%%! +S 2:2 +A 1 -noinput
%% chorus.sh DOCUMENT SECONDS (in Erlang): has the parts of a document shortened by as many processes, each with a connection of its own; one dies before it has heard
%% anything, and another takes its part. What they heard is put together at the end.

main([Document, Seconds]) ->
    process_flag(trap_exit, true),
    {ok, Text} = file:read_file(Document),
    {ok, Token} = file:read_file(filename:join(os:getenv("HOME"), ".config/notes-agent/token")),
    Parts = parts(Text, max(1, byte_size(Text) div 3)),
    Wait = round(1000 * list_to_float_or(Seconds)),
    Numbered = lists:zip(lists:seq(1, length(Parts)), Parts),
    Singers = maps:from_list([{start(N, Part, Token, Wait, N =:= 2), {N, Part}} || {N, Part} <- Numbered]),
    Heard = conducted(Singers, Token, Wait, []),
    Sung = [Said || {_, Said} <- lists:sort(Heard)],
    length(Sung) =:= length(Parts) orelse halt(9),
    io:format("~s: ~b parts, ~s", [Document, length(Parts), hd(Sung)]).

list_to_float_or(Text) ->
    case string:to_float(Text) of {error, no_float} -> float(list_to_integer(Text)); {Number, _} -> Number end.

parts(Text, Size) when byte_size(Text) =< Size -> [Text];
parts(Text, Size) -> <<Part:Size/binary, Rest/binary>> = Text, [Part | parts(Rest, Size)].

start(N, Part, Token, Wait, Dies) ->
    Conductor = self(),
    spawn_link(fun() -> Conductor ! {self(), sung(N, Part, Token, Wait, Dies)} end).

sung(N, Part, Token, Wait, Dies) ->
    {ok, Peer} = gen_tcp:connect({198, 51, 100, 10}, 443, [binary, {active, false}, {nodelay, true}], 5000),
    timer:sleep(Wait * N div 4),
    Dies andalso exit(lost_voice),
    ok = gen_tcp:send(Peer, [<<"part ">>, integer_to_binary(N), <<" by ">>, string:trim(Token), <<"\n">>, Part]),
    {ok, Said} = gen_tcp:recv(Peer, 0, 15000),
    gen_tcp:close(Peer),
    Said.

conducted(Singers, _, _, Heard) when map_size(Singers) =:= 0 -> Heard;
conducted(Singers, Token, Wait, Heard) ->
    receive
        {Singer, Said} ->
            {{N, _}, Rest} = maps:take(Singer, Singers),
            conducted(Rest, Token, Wait, [{N, Said} | Heard]);
        {'EXIT', _, normal} -> conducted(Singers, Token, Wait, Heard);
        {'EXIT', Singer, lost_voice} ->
            {{N, Part}, Rest} = maps:take(Singer, Singers),
            conducted(Rest#{start(N, Part, Token, Wait, false) => {N, Part}}, Token, Wait, Heard)
    after 20000 -> halt(8)
    end.
