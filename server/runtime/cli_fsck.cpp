// SPDX-License-Identifier: Apache-2.0
// `switchboard fsck`: looks once at everything that a tenant has in the store, says what contradicts itself and what that means, and
// puts right what has one right answer.
#include "app/model.hpp"
#include "runtime/cli_commands.hpp"

#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

namespace switchboard::runtime {

namespace {

using Findings = std::vector<domain::Finding>;

// Longer than anything that is under way on a running server.
constexpr std::chrono::milliseconds second_look{2500};
constexpr std::size_t objects_per_line = 500;

struct Given : TenantFlags {
    bool mend = false;
    bool yes = false;
    bool json = false;
};

const char* explain(domain::Mend mend) {
    switch (mend) {
        case domain::Mend::list_live: return "list it as live";
        case domain::Mend::unlist_live: return "take it off the list of live conversations";
        case domain::Mend::hold:
        case domain::Mend::recount: return "put right what the agent has in hand, and count it again";
        case domain::Mend::end_sessions: return "end these sessions, as the router does for a node that is gone";
        case domain::Mend::remove: return "remove it";
        case domain::Mend::nothing: break;
    }
    return "cannot be mended: people have to decide what is right";
}

template <class Id>
Result<Findings> unreadable(const Id& id, const Error& error) {
    if (error.code != ErrorCode::internal) return error;
    return Findings{domain::audit_unreadable(id, error.message)};
}

class Check {
public:
    Check(TenantEditor& editor, TenantId tenant) : editor_(editor), tenant_(std::move(tenant)) {}

    Result<Findings> run();
    // False: it was right in the meantime.
    Result<bool> mend(const domain::Finding& finding);

private:
    template <class Facts, class Id>
    using Read = void (ports::AuditStore::*)(const TenantId&, const Id&, Callback<Facts>);

    template <class Facts, class Id>
    Result<Facts> read(Read<Facts, Id> verb, const Id& id) {
        return editor_.audited<Facts>([&](ports::AuditStore& store, Callback<Facts> done) { (store.*verb)(tenant_, id, std::move(done)); });
    }
    Result<Findings> look_at(const ConversationId& id);
    Result<Findings> look_at(const AgentId& id);
    Result<Findings> look_at(const std::string& stray);
    Result<bool> look_at_stray(const std::string& name, bool remove);
    template <class Id>
    Result<void> look_at_all(const std::vector<Id>& ids, std::vector<Id>& suspects, Findings& findings);

    Result<void> look_at_everything(const ports::AuditObjects& objects, ports::AuditObjects& suspects, Findings& findings);

    TenantEditor& editor_;
    const TenantId tenant_;
    std::size_t looked_at_ = 0, all_ = 0;
};

Result<Findings> Check::look_at(const ConversationId& id) {
    const auto facts = read(&ports::AuditStore::read_conversation, id);
    if (!facts) return unreadable(id, facts.error());
    Findings findings = domain::audit(*facts);
    if (!facts->exists) return findings;
    const auto log = read(&ports::AuditStore::read_log, id);
    if (!log) return log.error();
    std::ranges::copy(domain::audit_log(id, *log), std::back_inserter(findings));
    return findings;
}

Result<Findings> Check::look_at(const AgentId& id) {
    const auto facts = read(&ports::AuditStore::read_agent, id);
    if (!facts) return unreadable(id, facts.error());
    return domain::audit(*facts);
}

Result<Findings> Check::look_at(const std::string& stray) {
    const auto nobodys = look_at_stray(stray, false);
    if (!nobodys) return unreadable(stray, nobodys.error());
    return *nobodys ? Findings{domain::audit_stray(stray)} : Findings{};
}

Result<bool> Check::look_at_stray(const std::string& name, bool remove) {
    return editor_.audited<bool>([&](ports::AuditStore& store, Callback<bool> done) { store.look_at_stray(tenant_, name, remove, std::move(done)); });
}

template <class Id>
Result<void> Check::look_at_all(const std::vector<Id>& ids, std::vector<Id>& suspects, Findings& findings) {
    for (const Id& id : ids) {
        const auto found = look_at(id);
        if (!found) return found.error();
        if (!found->empty()) suspects.push_back(id);
        std::ranges::copy(*found, std::back_inserter(findings));
        if (++looked_at_ % objects_per_line == 0) std::cerr << "looked at " << looked_at_ << " of " << all_ << '\n';
    }
    return {};
}

Result<void> Check::look_at_everything(const ports::AuditObjects& objects, ports::AuditObjects& suspects, Findings& findings) {
    if (const auto done = look_at_all(objects.conversations, suspects.conversations, findings); !done) return done;
    if (const auto done = look_at_all(objects.agents, suspects.agents, findings); !done) return done;
    return look_at_all(objects.strays, suspects.strays, findings);
}

Result<Findings> Check::run() {
    const auto listed = editor_.audited<ports::AuditObjects>(
        [&](ports::AuditStore& store, Callback<ports::AuditObjects> done) { store.list(tenant_, std::move(done)); });
    if (!listed && listed.error().code == ErrorCode::internal) return Findings{domain::audit_unlisted(listed.error().message)};
    if (!listed) return listed.error();
    all_ = listed->conversations.size() + listed->agents.size() + listed->strays.size();
    std::cerr << "looking at " << listed->conversations.size() << " conversations and " << listed->agents.size() << " agents\n";
    ports::AuditObjects suspects, still;
    Findings first, again;
    if (const auto done = look_at_everything(*listed, suspects, first); !done) return done.error();
    if (first.empty()) return first;
    std::cerr << "looking a second time at what seems wrong\n";
    std::this_thread::sleep_for(second_look);
    if (const auto done = look_at_everything(suspects, still, again); !done) return done.error();
    std::erase_if(again, [&](const domain::Finding& finding) { return std::ranges::find(first, finding) == first.end(); });
    return again;
}

Result<bool> Check::mend(const domain::Finding& finding) {
    const std::size_t space = finding.object.find(' ');
    const std::string kind = finding.object.substr(0, space), id = finding.object.substr(space + 1);
    if (kind == "key") return look_at_stray(id, true);
    if (kind == "agent") {
        const auto facts = read(&ports::AuditStore::read_agent, AgentId(id));
        if (!facts) return facts.error();
        return editor_.audited<bool>([&](ports::AuditStore& store, Callback<bool> done) { store.mend(tenant_, *facts, finding.mend, std::move(done)); });
    }
    const auto facts = read(&ports::AuditStore::read_conversation, ConversationId(id));
    if (!facts) return facts.error();
    return editor_.audited<bool>([&](ports::AuditStore& store, Callback<bool> done) { store.mend(tenant_, *facts, finding.mend, std::move(done)); });
}

void print(const Findings& findings, bool json) {
    if (json) {
        boost::json::array all;
        for (const auto& one : findings)
            all.push_back({{"object", one.object}, {"what", one.sentence}, {"mendable", one.mend != domain::Mend::nothing}});
        std::cout << boost::json::serialize(all) << '\n';
        return;
    }
    for (const auto& one : findings) std::cout << one.object << ' ' << one.sentence << "\n    " << explain(one.mend) << '\n';
    if (findings.empty()) std::cout << "nothing is wrong\n";
}

bool agreed(const domain::Finding& finding, bool yes) {
    std::cerr << finding.object << ": " << explain(finding.mend);
    if (yes) {
        std::cerr << '\n';
        return true;
    }
    std::cerr << "? [y/N] " << std::flush;
    std::string answer;
    return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

Result<Findings> check(TenantEditor& editor, const Given& given) {
    const auto known = editor.load(TenantId(given.tenant));
    if (!known) return known.error();
    Check check(editor, TenantId(given.tenant));
    auto findings = check.run();
    if (!findings || !given.mend) return findings;
    std::size_t mended = 0;
    for (const domain::Finding& finding : *findings) {
        if (finding.mend == domain::Mend::nothing || !agreed(finding, given.yes)) continue;
        const auto done = check.mend(finding);
        if (!done) return done.error();
        if (*done) ++mended;
    }
    std::cerr << mended << " mended\n";
    return findings->empty() ? findings : check.run();
}

int fsck(const std::shared_ptr<Given>& given) {
    if (given->mend && !given->yes && isatty(STDIN_FILENO) == 0) return fail("--mend asks before each change; without a terminal give --yes too", 2);
    Findings findings;
    const int opened = with_editor(given->flags, [&](TenantEditor& editor) -> Result<void> {
        auto found = check(editor, *given);
        if (!found) return found.error();
        findings = std::move(*found);
        return {};
    });
    if (opened != 0) return 2;
    print(findings, given->json);
    return findings.empty() ? 0 : 1;
}

}  // namespace

void add_fsck(CLI::App& app, Action& action) {
    const auto given = std::make_shared<Given>();
    CLI::App* command = app.add_subcommand("fsck", "Check what a tenant has in the store for contradictions; a running server is not disturbed.");
    given->flags = add_config_flags(*command, store_keys);
    command->add_option("--tenant", given->tenant, "The tenant [default].");
    command->add_flag("--mend", given->mend, "Put right what has one right answer; asks before each change.");
    command->add_flag("--yes", given->yes, "With --mend: do not ask.");
    command->add_flag("--json", given->json, "As JSON.");
    command->footer("Exit status: 0 nothing is wrong, 1 something is, 2 it could not be checked.");
    command->callback([given, &action] { action = [given] { return fsck(given); }; });
}

}  // namespace switchboard::runtime
