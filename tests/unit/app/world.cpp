// SPDX-License-Identifier: Apache-2.0
#include "unit/app/world.hpp"

#include "app/model.hpp"

#include <google/protobuf/util/json_util.h>

namespace switchboard::test {

Result<ports::VisitorIdentity> FakeTokens::verify_visitor_token(const TenantId&, std::string_view token, Timestamp) const {
    const auto end = token.rfind(':');
    if (!token.starts_with("v:") || end <= 2) return Error{ErrorCode::unauthenticated, "no visitor token"};
    return ports::VisitorIdentity{VisitorId{token.substr(2, end - 2)}, std::stoull(std::string(token.substr(end + 1))), {}, false};
}

Result<ports::VisitorIdentity> FakeTokens::verify_customer_jwt(const domain::Site&, std::string_view token, Timestamp) const {
    if (!token.starts_with("jwt:")) return Error{ErrorCode::unauthenticated, "no jwt"};
    return ports::VisitorIdentity{VisitorId{"user:" + std::string(token.substr(4))}, 0, "Known Person", true};
}

Result<ports::AgentIdentity> FakeTokens::verify_agent_token(const domain::TenantConfig& config, std::string_view token, Timestamp) const {
    const auto* agent = token.starts_with("a:") ? config.agent(AgentId{token.substr(2)}) : nullptr;
    if (!agent) return Error{ErrorCode::unauthenticated, "no agent"};
    return ports::AgentIdentity{agent->id, agent->generation};
}

domain::TenantConfig shop() {
    domain::TenantConfig config;
    config.id = TenantId{"shop"};
    config.version = 1;
    config.sites = {{"demo", {"https://shop.example"}, {}}};
    domain::Department billing;
    billing.id = DepartmentId{"billing"};
    billing.name = "Billing";
    billing.topics = {{"invoice", "invoices", 2}};
    domain::Department sales = billing;
    sales.id = DepartmentId{"sales"};
    sales.topics = {{"order", "orders", 1}};
    domain::Department night = sales;
    night.id = DepartmentId{"night"};
    night.open = false;
    domain::Department strict = billing;
    strict.id = DepartmentId{"strict"};
    strict.wrap_up = domain::WrapUpMode::mandatory;
    config.departments = {billing, sales, night, strict};
    const auto agent = [&](const char* id, domain::Role role, std::vector<DepartmentId> departments) {
        domain::AgentProfile profile;
        profile.id = AgentId{id};
        profile.login = id;
        profile.name = std::string("Name of ") + id;
        profile.role = role;
        profile.departments = std::move(departments);
        profile.skills = {{"invoices", 4}, {"orders", 4}};
        profile.capacity = 2;
        config.agents.push_back(profile);
    };
    agent("anna", domain::Role::agent, {billing.id, strict.id});
    agent("carla", domain::Role::agent, {sales.id});
    agent("sue", domain::Role::supervisor, {billing.id, sales.id});
    return config;
}

Shard::Shard(asio::io_context& io, FakeStore& fake, const std::string& name)
    : store(fake),
      bus(io, name),
      context{io.get_executor(), clock, metrics, limits, "memory", Incarnation{name}, fake, fake, fake, fake, journal, bus, tokens, tenants, hub},
      tenants(context),
      hub(context) {
    limits.new_visitors_per_minute_per_address = 1000;
    store.buses.push_back(&bus);
    hub.start();
}

Shard::~Shard() {
    std::erase(store.buses, &bus);
}

ports::SendStatus FakeLink::send(ports::EncodedFrame frame) {
    REQUIRE(frame);
    pieces.push_back(frame);
    if (encoding_ == ports::Encoding::json) {
        REQUIRE(google::protobuf::util::JsonStringToMessage(*frame, &frames.emplace_back()).ok());
    } else {
        v1::ServerBatch batch;
        REQUIRE(batch.ParseFromString(*frame));
        REQUIRE(batch.frames_size() == 1);
        frames.push_back(batch.frames(0));
    }
    return status;
}

Client::Client(World& all, Shard& shard, const app::Connection& from, ports::Encoding encoding)
    : world(all), link(encoding), session(shard.context, link, from) {}

v1::ClientFrame Client::hello(const std::string& agent) {
    v1::ClientFrame frame;
    frame.mutable_hello()->set_site_key("demo");
    frame.mutable_hello()->set_client_instance(instance);
    if (agent.empty()) {
        frame.mutable_hello()->set_visitor_token(token);
    } else {
        frame.mutable_hello()->set_agent_token("a:" + agent);
    }
    return frame;
}

void Client::send(v1::ClientFrame frame) {
    if (frame.request_id() == 0) frame.set_request_id(++last_request);
    session.handle(frame);
}

v1::ServerFrame Client::ask(v1::ClientFrame frame) {
    send(std::move(frame));
    world.run();
    for (const auto& answer : link.frames) {
        if (answer.reply_to() == last_request) return answer;
    }
    FAIL("no answer");
    return {};
}

v1::ErrorCode Client::error_of(v1::ClientFrame frame) {
    const auto answer = ask(std::move(frame));
    return answer.has_error() ? answer.error().code() : v1::ERROR_CODE_UNSPECIFIED;
}

std::vector<v1::ServerFrame> Client::of(v1::ServerFrame::BodyCase kind) const {
    std::vector<v1::ServerFrame> found;
    for (const auto& frame : link.frames) {
        if (frame.body_case() == kind) found.push_back(frame);
    }
    return found;
}

std::vector<std::uint64_t> Client::seqs() const {
    std::vector<std::uint64_t> seqs;
    for (const auto& frame : of(v1::ServerFrame::kEvent)) seqs.push_back(frame.event().event().seq());
    return seqs;
}

const v1::Welcome& Client::welcome() const {
    for (const auto& frame : link.frames) {
        if (frame.has_welcome()) return frame.welcome();
    }
    FAIL("no Welcome");
    return v1::Welcome::default_instance();
}

World::~World() {
    run();
    shards.clear();
}

void World::run() {
    io.restart();
    while (io.poll() > 0) io.restart();
}

bool World::wait_for(const std::function<bool()>& condition, Duration patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        io.restart();
        io.run_for(std::chrono::milliseconds(5));
    }
    return true;
}

Shard& World::shard(const std::string& name) {
    return shards.emplace_back(io, store, name);
}

std::unique_ptr<Client> World::customer(Shard& at, const std::string& token) {
    auto client = std::make_unique<Client>(*this, at);
    client->token = token;
    client->ask(client->hello());
    if (token.empty()) client->token = client->welcome().visitor_token();
    return client;
}

std::unique_ptr<Client> World::agent(Shard& at, const std::string& id) {
    auto client = std::make_unique<Client>(*this, at);
    client->ask(client->hello(id));
    client->welcome();
    return client;
}

ConversationId World::start(Client& customer, const std::string& text) {
    v1::ClientFrame frame;
    frame.mutable_start_conversation()->set_department("billing");
    frame.mutable_start_conversation()->set_topic("invoice");
    frame.mutable_start_conversation()->set_text(text);
    const auto answer = customer.ask(frame);
    REQUIRE_MESSAGE(answer.has_conversation_opened(), answer.ShortDebugString());
    return ConversationId{answer.conversation_opened().conversation().id()};
}

void World::offer(const ConversationId& conversation, const std::string& agent, Duration time) {
    const auto& record = store.conversations.at(conversation).record;
    store.agents[AgentId{agent}].agent.choice = domain::AgentChoice::available;
    ports::OfferRequest request{conversation,
                                record.routing.version,
                                AgentId{agent},
                                100,
                                OfferId{random_id()},
                                std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) + time,
                                {}};
    request.made = app::draft::offer_made(request.offer, request.agent, request.deadline, {});
    bool made = false;
    store.make_offer(TenantId{"shop"}, {store.lease_epoch(), {}}, request,
                     [&](Result<bool> result) { made = result.has_value() && *result; });
    run();
    REQUIRE(made);
}

void World::own(const ConversationId& conversation, Client& agent, const std::string& id) {
    offer(conversation, id);
    v1::ClientFrame frame;
    frame.mutable_accept_offer()->set_conversation_id(conversation.value);
    frame.mutable_accept_offer()->set_offer_id(store.conversations.at(conversation).record.routing.offer.value);
    REQUIRE(agent.ask(frame).has_done());
}

std::optional<double> exposed(const Metrics& metrics, const std::string& series) {
    const std::string text = metrics.expose();
    const std::size_t line = text.find("\n" + series + " ");
    if (line == std::string::npos) return std::nullopt;
    return std::stod(text.substr(line + series.size() + 2));
}

v1::ClientFrame message(const ConversationId& conversation, std::uint32_t number, const std::string& text, std::uint64_t assign_epoch) {
    v1::ClientFrame frame;
    auto* command = frame.mutable_send_message();
    command->set_conversation_id(conversation.value);
    command->set_number(number);
    command->mutable_message()->set_text(text);
    command->set_assign_epoch(assign_epoch);
    return frame;
}

v1::ClientFrame note(const ConversationId& conversation, std::uint32_t number, const std::string& text, std::uint64_t assign_epoch) {
    v1::ClientFrame frame;
    auto* command = frame.mutable_send_note();
    command->set_conversation_id(conversation.value);
    command->set_number(number);
    command->mutable_note()->set_text(text);
    command->set_assign_epoch(assign_epoch);
    return frame;
}

}  // namespace switchboard::test
