#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# symbols.sh NM READELF LIBRARY HEADER: the library exports what the header declares, in its version node, and nothing
# else; its name is right, and it needs the C and C++ runtimes alone.
set -eu
nm=$1 readelf=$2 library=$3 header=$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

grep -o 'sgauth_[a-z_]*(' "$header" | sed 's/($/@@SGAUTH_0/' | sort -u >"$scratch/declared"
"$nm" -D --defined-only --with-symbol-versions "$library" | awk '$2 != "A" {print $3}' | sort -u >"$scratch/exported"
diff "$scratch/declared" "$scratch/exported" || {
    echo "symbols: declared (<) and exported (>) differ" >&2
    exit 1
}
[ "$(wc -l <"$scratch/exported")" -gt 20 ]

"$readelf" -d "$library" | grep -q 'SONAME.*\[libsgauth\.so\.0\]'
needed=$("$readelf" -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
for one in $needed; do
    case $one in
    libc.so.6 | libm.so.6 | libstdc++.so.6 | libgcc_s.so.1 | ld-linux-*.so.*) ;;
    *)
        echo "symbols: the library needs $one" >&2
        exit 1
        ;;
    esac
done
if "$nm" -DC --undefined-only "$library" | grep -E 'boost::|SSL_|EVP_|OPENSSL_'; then
    echo "symbols: Boost or OpenSSL is missing from the library" >&2
    exit 1
fi
# A symbol of kind "unique" would keep it loaded for ever.
if "$nm" "$library" | awk '$2 == "u"' | grep .; then
    exit 1
fi
