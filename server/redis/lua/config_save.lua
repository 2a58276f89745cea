-- Replaces a tenant's configuration document if nobody else changed it meanwhile.
-- KEYS    config, routing stream
-- ARGV    prefix, expected version, document
-- RETURNS {'ok', new version} | {'conflict', current version}
-- Invariants: versions grow by one; the change is on the routing stream in the same step.
local version = tonumber(call('HGET', KEYS[1], 'version') or 0)
if version ~= tonumber(ARGV[2]) then return {'conflict', tostring(version)} end
call('HSET', KEYS[1], 'version', version + 1, 'document', ARGV[3])
call('XADD', KEYS[2], 'MAXLEN', '~', 20000, '*', 't', 'g', 'version', version + 1)
call('PUBLISH', ARGV[1] .. 'all', record('C', '', ''))
return {'ok', tostring(version + 1)}
