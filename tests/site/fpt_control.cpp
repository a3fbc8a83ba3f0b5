// SPDX-License-Identifier: Apache-2.0
//
// fpt_control DIR VERB [JSON]: one call on the control channel of the stand-in that runs with that folder.
#include "tests/site/options.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace {
using namespace sgauth::stand_in;

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream in(path);
    if (!in)
        throw std::runtime_error("cannot read " + path.string());
    std::string text{std::istreambuf_iterator<char>(in), {}};
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

struct bio_free {
    void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
};
struct context_free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using bio_ptr = std::unique_ptr<BIO, bio_free>;
using context_ptr = std::unique_ptr<SSL_CTX, context_free>;

// The control secret keeps strangers out; which of its certificates the stand-in shows now is what tests play
// with, so none is asked for here.
bio_ptr connect_to(const std::string& url, SSL_CTX* context)
{
    auto authority = url.substr(url.find("://") + 3);
    bool is_tls = url.starts_with("https:");
    bio_ptr bio(is_tls ? BIO_new_ssl_connect(context) : BIO_new(BIO_s_connect()));
    auto port = authority.substr(authority.find(':') + 1);
    if (!bio || BIO_set_conn_hostname(bio.get(), ("127.0.0.1:" + port).c_str()) != 1 ||
        BIO_do_connect(bio.get()) != 1)
        throw std::runtime_error("cannot reach " + url);
    return bio;
}

std::string exchange(BIO* bio, const std::string& request)
{
    if (BIO_write(bio, request.data(), static_cast<int>(request.size())) != static_cast<int>(request.size()))
        throw std::runtime_error("cannot send");
    std::string reply;
    char buffer[16'384];
    for (int count = 0; (count = BIO_read(bio, buffer, sizeof buffer)) > 0;)
        reply.append(buffer, static_cast<std::size_t>(count));
    return reply;
}

int run(int argc, char** argv)
{
    options given(argc, argv, {}, {});
    const auto& words = given.words();
    if (words.size() < 2 || words.size() > 3)
        throw usage_error("two or three words");
    std::filesystem::path folder = words[0];
    auto body = words.size() == 3 ? words[2] : std::string("{}");
    context_ptr context(SSL_CTX_new(TLS_client_method()));
    auto bio = connect_to(read_file(folder / "url"), context.get());
    auto reply = exchange(
        bio.get(),
        "POST /control/" + words[1] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Control: " +
            read_file(folder / "control") + "\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body
    );
    auto end = reply.find("\r\n\r\n");
    if (end == std::string::npos)
        throw std::runtime_error("no answer");
    std::printf("%s\n", reply.c_str() + end + 4);
    return reply.starts_with("HTTP/1.1 200 ") ? 0 : 1;
}
}  // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const usage_error&) {
        std::fputs("usage: fpt_control DIR VERB [JSON]\n", stderr);
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fpt_control: %s\n", e.what());
        return 1;
    }
}
