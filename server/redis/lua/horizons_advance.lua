-- Delivered and read horizons of one side: they only grow, and what grew is published to the endpoints.
-- KEYS    conversation
-- ARGV    prefix, conversation id, side (c or a), participant, delivered, read
-- RETURNS {'ok'} | {'same'} | {'not_found'}
-- Invariants: no horizon exceeds the log; read <= delivered; an agent that is only asked has none.
local m = call('HMGET', KEYS[1], 'visitor', 'agent', 'seq', ARGV[3] .. 'd', ARGV[3] .. 'r', 'ec', 'ea', 'ew', 'status')
if not m[1] or (ARGV[3] == 'c' and m[1] or m[2]) ~= ARGV[4] or (ARGV[3] == 'a' and m[9] == 'offered') then return {'not_found'} end
local seq = tonumber(m[3])
local old_delivered, old_read = tonumber(m[4] or 0), tonumber(m[5] or 0)
local read = math.max(old_read, math.min(seq, tonumber(ARGV[6])))
local delivered = math.max(old_delivered, read, math.min(seq, tonumber(ARGV[5])))
if delivered == old_delivered and read == old_read then return {'same'} end
call('HSET', KEYS[1], ARGV[3] .. 'd', delivered, ARGV[3] .. 'r', read)
publish(ARGV[1], {record('H', ARGV[2], struct.pack('<c0I8I8', ARGV[3], delivered, read))}, {}, m[6], m[7], m[8])
return {'ok'}
