// SPDX-License-Identifier: Apache-2.0
#include "tests/site/tls_files.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace sgauth::stand_in {

namespace {
template <auto free_one>
struct freer {
    template <class T>
    void operator()(T* p) const noexcept
    {
        free_one(p);
    }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY_free>>;
using cert_ptr = std::unique_ptr<X509, freer<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freer<BIO_free_all>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freer<X509_EXTENSION_free>>;

constexpr long day = 86'400;

void check(bool is_done, const char* what)
{
    if (!is_done)
        throw std::runtime_error(std::string("cannot make a certificate: ") + what);
}

key_ptr make_key()
{
    key_ptr key(EVP_EC_gen("P-256"));
    check(key != nullptr, "key");
    return key;
}

void add_extension(X509* cert, X509* issuer, int nid, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    extension_ptr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    check(extension && X509_add_ext(cert, extension.get(), -1) == 1, "extension");
}

struct wanted {
    std::string name;                   // the subject's common name
    const char* alternative = nullptr;  // subjectAltName; null for an authority
    long from_days = -1;
    long to_days = 3650;
};

// Signed by itself if `issuer` is null.
cert_ptr make_certificate(const wanted& what, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key)
{
    cert_ptr cert(X509_new());
    check(cert != nullptr, "memory");
    std::uint64_t serial = 0;
    check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "randomness");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1);
    X509_set_version(cert.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), what.from_days * day);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), what.to_days * day);
    X509_set_pubkey(cert.get(), key);
    auto* subject = X509_get_subject_name(cert.get());
    const auto* text = reinterpret_cast<const unsigned char*>(what.name.c_str());
    check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1, "name");
    auto* signer = issuer ? issuer : cert.get();
    X509_set_issuer_name(cert.get(), X509_get_subject_name(signer));
    add_extension(
        cert.get(), signer, NID_basic_constraints, what.alternative ? "critical,CA:FALSE" : "critical,CA:TRUE"
    );
    add_extension(cert.get(), signer, NID_subject_key_identifier, "hash");
    if (what.alternative) {
        add_extension(cert.get(), signer, NID_subject_alt_name, what.alternative);
        add_extension(cert.get(), signer, NID_ext_key_usage, "serverAuth");
        add_extension(cert.get(), signer, NID_key_usage, "critical,digitalSignature");
    } else {
        add_extension(cert.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    check(X509_sign(cert.get(), issuer_key ? issuer_key : key, EVP_sha256()) > 0, "signature");
    return cert;
}

std::string text_of(BIO* bio)
{
    char* data = nullptr;
    auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* cert)
{
    bio_ptr bio(BIO_new(BIO_s_mem()));
    check(bio && PEM_write_bio_X509(bio.get(), cert) == 1, "text");
    return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key)
{
    bio_ptr bio(BIO_new(BIO_s_mem()));
    check(
        bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "text"
    );
    return text_of(bio.get());
}
}  // namespace

void write_private_file(const std::filesystem::path& path, std::string_view content)
{
    auto beside = path;
    beside += ".new";
    ::unlink(beside.c_str());
    int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written =
        fd >= 0 && ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    if (fd >= 0)
        ::close(fd);
    if (!is_written || ::rename(beside.c_str(), path.c_str()) != 0)
        throw std::runtime_error("cannot write " + path.string());
}

void make_tls_files(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    if (std::filesystem::exists(folder / "ca.pem") && std::filesystem::exists(folder / "expired.key"))
        return;
    auto ca_key = make_key();
    auto ca = make_certificate({.name = "stand-in CA"}, ca_key.get(), nullptr, nullptr);
    auto other_key = make_key();
    auto other = make_certificate({.name = "another CA"}, other_key.get(), nullptr, nullptr);

    auto make = [&](const char* file, const wanted& what, X509* issuer, EVP_PKEY* issuer_key) {
        auto key = make_key();
        auto cert = make_certificate(what, key.get(), issuer, issuer_key);
        write_private_file(folder / (std::string(file) + ".pem"), pem_of(cert.get()));
        write_private_file(folder / (std::string(file) + ".key"), pem_of(key.get()));
    };
    constexpr auto here = "DNS:localhost,IP:127.0.0.1";
    write_private_file(folder / "ca.pem", pem_of(ca.get()));
    write_private_file(folder / "other_ca.pem", pem_of(other.get()));
    make("good", {.name = "localhost", .alternative = here}, ca.get(), ca_key.get());
    make(
        "wrong_host", {.name = "elsewhere.test", .alternative = "DNS:elsewhere.test"}, ca.get(), ca_key.get()
    );
    make("untrusted", {.name = "localhost", .alternative = here}, other.get(), other_key.get());
    make(
        "expired",
        {.name = "localhost", .alternative = here, .from_days = -30, .to_days = -2},
        ca.get(),
        ca_key.get()
    );
}

}  // namespace sgauth::stand_in
