-- A latest value (typing, queue position) for the endpoints of a conversation; nothing is kept.
-- KEYS    conversation
-- ARGV    prefix, conversation id, audience (A or S), record kind (L or M), payload
-- RETURNS {'ok'}
-- Invariants: writes nothing.
local m = call('HMGET', KEYS[1], 'ea', 'ew', 'ec')
publish(ARGV[1], {record(ARGV[4], ARGV[2], ARGV[5])}, {}, m[1], m[2], ARGV[3] == 'A' and m[3] or '')
return {'ok'}
