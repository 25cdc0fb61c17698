// A peer: C++, epoll, simdjson and ONNX Runtime's C API, with as little work as the contract of POST /predict allows.
//
// Takes one row or an array of rows, with the features by name in any order, each of them a number; otherwise answers 4xx
// with the names. It has no interval, ranges, log or metrics, and limits only the body.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <simdjson.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "model.h"

namespace {

using simdjson::ondemand::parser;
using simdjson::ondemand::value;

constexpr size_t MAX_BODY = 2'000'000;
constexpr size_t MAX_HEAD = 16'384;
constexpr uint32_t ALL_FEATURES = (1u << FEATURES) - 1;

struct Refusal {
    int status;
    std::string detail;
};

/// What one thread uses again for each request.
struct Worker {
    const Model &model;
    parser json;
    std::vector<double> rows;
    std::vector<double> predictions;
    std::string answer;
};

/// The place of a feature; most rows have them in the model's order.
int feature(std::string_view name, int likely) {
    if (likely < FEATURES && name == feature_name(likely)) return likely;
    for (int i = 0; i < FEATURES; i++)
        if (name == feature_name(i)) return i;
    return -1;
}

void read_row(simdjson::ondemand::object members, std::vector<double> &rows) {
    const size_t start = rows.size();
    rows.resize(start + FEATURES);
    uint32_t seen = 0;
    int likely = 0;
    for (auto member : members) {
        const std::string_view name = member.unescaped_key();
        const int place = feature(name, likely);
        if (place < 0) continue;
        double number;
        if (member.value().get_double().get(number)) throw Refusal{400, std::string(name) + " is no number"};
        if (seen >> place & 1) throw Refusal{400, std::string(name) + " is given twice"};
        rows[start + place] = number;
        seen |= 1u << place;
        likely = place + 1;
    }
    if (seen == ALL_FEATURES) return;
    std::string missing;
    for (int i = 0; i < FEATURES; i++)
        if (!(seen >> i & 1)) missing += std::string(missing.empty() ? "" : ", ") + feature_name(i);
    throw Refusal{400, "missing: " + missing};
}

/// Returns whether the body is an array.
bool read_rows(std::string_view body, size_t capacity, Worker &worker) {
    worker.rows.clear();
    auto document = worker.json.iterate(simdjson::padded_string_view(body, capacity));
    const bool array = document.type() == simdjson::ondemand::json_type::array;
    if (array)
        for (auto row : document.get_array()) read_row(row.get_object(), worker.rows);
    else
        read_row(document.get_object(), worker.rows);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) throw Refusal{400, "more follows the JSON"};
    return array;
}

void append(std::string &text, double number) {
    char digits[32];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr - digits);
}

void append_prediction(std::string &text, double prediction) {
    text += R"({"status":"ok","predict":)";
    append(text, prediction);
    text += '}';
}

void append_head(std::string &out, int status, const char *type, size_t length) {
    out += status == 200 ? "HTTP/1.1 200 OK" : "HTTP/1.1 " + std::to_string(status) + " Refused";
    out += "\r\nContent-Type: ";
    out += type;
    out += "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

void predict(std::string_view body, size_t capacity, Worker &worker) {
    const bool array = read_rows(body, capacity, worker);
    const size_t count = worker.rows.size() / FEATURES;
    worker.predictions.resize(count);
    if (count) run_model(&worker.model, worker.rows.data(), count, worker.predictions.data());
    if (array) worker.answer += '[';
    for (size_t i = 0; i < count; i++) {
        if (i) worker.answer += ',';
        append_prediction(worker.answer, worker.predictions[i]);
    }
    if (array) worker.answer += ']';
}

void answer(std::string_view target, std::string_view body, size_t capacity, Worker &worker, std::string &out) {
    worker.answer.clear();
    try {
        if (target != "POST /predict") throw Refusal{404, "there is POST /predict"};
        predict(body, capacity, worker);
        append_head(out, 200, "application/json", worker.answer.size());
    } catch (const Refusal &refusal) {
        worker.answer = R"({"title":"Refused","detail":")" + refusal.detail + "\"}";
        append_head(out, refusal.status, "application/problem+json", worker.answer.size());
    } catch (const simdjson::simdjson_error &error) {
        worker.answer = std::string(R"({"title":"Refused","detail":")") + error.what() + "\"}";
        append_head(out, 400, "application/problem+json", worker.answer.size());
    }
    out += worker.answer;
}

class Connection {
  public:
    explicit Connection(int fd) : fd_(fd), in_(2 * MAX_HEAD) {}
    ~Connection() { close(fd_); }
    Connection(const Connection &) = delete;

    /// Reads what has come and answers what is complete; returns whether the connection goes on.
    bool serve(Worker &worker) {
        const ssize_t count = receive();
        if (count <= 0) return count < 0 && errno == EAGAIN;
        std::string out;
        bool more = true;
        while (more && answer_next(worker, out, more)) {
        }
        return send_all(out) && more;
    }

  private:
    ssize_t receive() {
        if (in_.size() - end_ < MAX_HEAD) in_.resize(2 * in_.size());
        const ssize_t count = recv(fd_, in_.data() + end_, in_.size() - end_ - simdjson::SIMDJSON_PADDING, 0);
        if (count > 0) end_ += count;
        return count;
    }

    /// Answers one request if all of it is there.
    bool answer_next(Worker &worker, std::string &out, bool &more) {
        const std::string_view come(in_.data(), end_);
        const size_t head_end = come.find("\r\n\r\n");
        if (head_end == std::string_view::npos) {
            more = end_ <= MAX_HEAD;
            return false;
        }
        const std::string_view head = come.substr(0, head_end + 2);
        const size_t length = std::strtoul(field(head, "content-length").data(), nullptr, 10);
        const size_t all = head_end + 4 + length;
        if (length > MAX_BODY) more = false;
        if (!more || end_ < all) return false;
        answer(head.substr(0, head.find(" HTTP/1.")), come.substr(head_end + 4, length), in_.size() - head_end - 4,
               worker, out);
        more = strncasecmp(field(head, "connection").data(), "close", 5) != 0;
        std::memmove(in_.data(), in_.data() + all, end_ - all);
        end_ -= all;
        return true;
    }

    /// The value of a header field; "0" if there is none.
    static std::string_view field(std::string_view head, std::string_view name) {
        for (size_t line = head.find("\r\n"); line + 2 < head.size(); line = head.find("\r\n", line + 2)) {
            const std::string_view text = head.substr(line + 2);
            if (text.size() > name.size() && text[name.size()] == ':' &&
                strncasecmp(text.data(), name.data(), name.size()) == 0)
                return text.substr(text.find_first_not_of(" \t", name.size() + 1));
        }
        return "0\r\n";
    }

    bool send_all(std::string_view out) {
        while (!out.empty()) {
            const ssize_t sent = send(fd_, out.data(), out.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) return false;
            if (sent < 0) {
                pollfd writable{fd_, POLLOUT, 0};
                poll(&writable, 1, -1);
            } else {
                out.remove_prefix(sent);
            }
        }
        return true;
    }

    int fd_;
    std::vector<char> in_;
    size_t end_ = 0;
};

int listen_on(uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) || listen(fd, 1024)) {
        perror("The port cannot be had");
        exit(1);
    }
    return fd;
}

void watch(int epoll, int fd, void *what) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = what;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/// One event loop, for the connections that it is given.
void serve(int epoll, const Model &model) {
    Worker worker{model, parser(), {}, {}, {}};
    epoll_event events[64];
    while (true) {
        const int count = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < count; i++) {
            auto *connection = static_cast<Connection *>(events[i].data.ptr);
            if (!connection->serve(worker)) delete connection;
        }
    }
}

/// Gives the loops connections in turn: by SO_REUSEPORT, one of them gets all of a few now and then.
void accept_for(const std::vector<int> &epolls, int listener) {
    for (size_t next = 0;;) {
        const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK), yes = 1;
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(epolls[next++ % epolls.size()], fd, new Connection(fd));
    }
}

}  // namespace

int main(int, char **words) {
    const Model model = load_model(getenv("ONNX_RUNTIME"), getenv("MODEL_LOCATION"));
    const int listener = listen_on(std::atoi(words[1]));
    std::vector<int> epolls;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); i++) {
        epolls.push_back(epoll_create1(0));
        threads.emplace_back(serve, epolls.back(), std::cref(model));
    }
    accept_for(epolls, listener);
}
