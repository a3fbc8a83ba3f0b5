// SPDX-License-Identifier: Apache-2.0
#include "src/site/tls_name.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace sgauth {

bool expect_name(SSL* native, const std::string& host)
{
    boost::system::error_code ec;
    boost::asio::ip::make_address(host, ec);
    if (!ec)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native), host.c_str()) == 1;
    SSL_set_hostflags(native, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // SSL_set_tlsext_host_name, a macro with a C cast; OpenSSL copies the name.
    auto* name = const_cast<char*>(host.c_str());
    return SSL_ctrl(native, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1 &&
           SSL_set1_host(native, name) == 1;
}

}  // namespace sgauth
