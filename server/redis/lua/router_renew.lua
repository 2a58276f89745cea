-- Keeps, or with a lease of 0 gives back, the right to route; then every node is told that it is free.
-- KEYS    router
-- ARGV    now or '', holder, lease ms, epoch, channel prefix
-- RETURNS {'ok'} | {'no'}
-- Invariants: only the holder of the current epoch can; an expired lease that nobody took may be renewed.
local now = now_ms(ARGV[1])
local m = call('HMGET', KEYS[1], 'holder', 'epoch')
if m[1] ~= ARGV[2] or m[2] ~= ARGV[4] then return {'no'} end
call('HSET', KEYS[1], 'holder', ARGV[3] == '0' and '' or ARGV[2], 'expires', now + tonumber(ARGV[3]))
if ARGV[3] == '0' then call('PUBLISH', ARGV[5] .. 'all', record('R', '', '')) end
return {'ok'}
