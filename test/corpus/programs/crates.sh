#!/usr/bin/escript
%%! +S 2:2 +A 1 -noinput
%% crates.sh COUNT FOLDER SECONDS (in Erlang): fetches packages from the registry, two at a time, each into a file under another name first. An answer that does not come in time is asked
%% for again; how large each is, and its sum, is written into a list.

main([Count, Folder, Seconds]) ->
    ok = filelib:ensure_dir(filename:join(Folder, "list")),
    Numbers = lists:seq(1, list_to_integer(Count)),
    fetched(Numbers, Folder, number(Seconds)),
    Lines = [begin {ok, Crate} = file:read_file(path(Folder, N)), io_lib:format("crate-~b ~b ~8.16.0b~n", [N, byte_size(Crate), erlang:crc32(Crate)]) end || N <- Numbers],
    ok = file:write_file(filename:join(Folder, "list"), Lines).

number(Text) -> case string:to_float(Text) of {error, _} -> list_to_integer(Text); {Number, _} -> Number end.
path(Folder, N) -> filename:join(Folder, io_lib:format("crate-~b.tar", [N])).

fetched([], _, _) -> ok;
fetched(Numbers, Folder, Seconds) ->
    {Now, Later} = lists:split(min(2, length(Numbers)), Numbers),
    Self = self(),
    Workers = [{spawn(fun() -> Self ! {self(), fetched_one(N, Folder, Seconds, 4)} end), N} || N <- Now],
    [receive {Worker, ok} -> ok after 20000 -> halt(9) end || {Worker, _} <- Workers],
    fetched(Later, Folder, Seconds).

fetched_one(_, _, _, 0) -> failed;
fetched_one(N, Folder, Seconds, Left) ->
    {ok, Link} = gen_tcp:connect({198, 51, 100, 20}, 443, [binary, {active, true}], 5000),
    Left =:= 4 andalso N =:= 1 andalso timer:sleep(round(400 * Seconds)),
    ok = gen_tcp:send(Link, io_lib:format("GET /crates/crate-~b.tar HTTP/1.0\r\n\r\n", [N])),
    receive
        {tcp, Link, Crate} ->
            gen_tcp:close(Link),
            Name = lists:flatten(path(Folder, N)),
            ok = file:write_file(Name ++ ".part", Crate),
            file:rename(Name ++ ".part", Name);
        {tcp_closed, Link} -> fetched_one(N, Folder, Seconds, Left - 1)
    after 4000 -> gen_tcp:close(Link), fetched_one(N, Folder, Seconds, Left - 1)
    end.
