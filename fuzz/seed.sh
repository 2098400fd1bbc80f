#!/bin/sh
# Makes a first corpus of the conformance programs, in each edition.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/compile corpus/run corpus/format
find ../conformance -name '*.nut' | while read -r program; do
    name=$(echo "$program" | tr '/' '_')
    for edition in 0 1 2; do
        { printf "\\00$edition"; cat "$program"; } > "corpus/run/$edition$name"
    done
done
cp corpus/run/* corpus/compile/
cp corpus/run/* corpus/format/
