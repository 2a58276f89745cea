-- Replaces a tenant's configuration document if nobody else changed it meanwhile.
-- KEYS    config, routing stream, audit
-- ARGV    prefix, expected version, document, who, changes
-- RETURNS {'ok', new version} | {'conflict', current version}
-- Invariants: versions grow by one; the change is on the routing stream and in the audit in the same step.
local version = tonumber(call('HGET', KEYS[1], 'version') or 0)
if version ~= tonumber(ARGV[2]) then return {'conflict', tostring(version)} end
expect_type('XLEN', KEYS[2], KEYS[3])
call('HSET', KEYS[1], 'version', version + 1, 'document', ARGV[3])
call('XADD', KEYS[2], 'MAXLEN', '~', 20000, '*', 't', 'g', 'version', version + 1)
call('XADD', KEYS[3], 'MAXLEN', '~', 10000, '*', 'version', version + 1, 'who', ARGV[4], 'changes', ARGV[5])
call('PUBLISH', ARGV[1] .. 'all', record('C', '', ''))
return {'ok', tostring(version + 1)}
