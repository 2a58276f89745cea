-- Takes the right to route this tenant when nobody has it, under a new epoch.
-- KEYS    router
-- ARGV    now or '', holder, lease ms, by how much the epoch rises (random: after a fail-over that lost the last epochs no number
--         that somebody still believes in is given again)
-- RETURNS {epoch or '0' when another one has it, expires, now}
-- Invariants: epochs only grow; of two holders the older one's decisions are refused.
local now = now_ms(ARGV[1])
local m = call('HMGET', KEYS[1], 'holder', 'expires')
if m[1] and m[1] ~= '' and m[1] ~= ARGV[2] and tonumber(m[2]) > now then return {'0', m[2], tostring(now)} end
local epoch = call('HINCRBY', KEYS[1], 'epoch', ARGV[4])
local expires = now + tonumber(ARGV[3])
call('HSET', KEYS[1], 'holder', ARGV[2], 'expires', expires)
return {string.format('%d', epoch), tostring(expires), tostring(now)}
