#!/bin/sh
# pack-app.sh DIRECTORY: the application as tar.gz on standard output, without what a host makes itself or must not get.
set -eu
exec tar -C "$1" --owner=0 --group=0 --exclude=./log --exclude=./tmp --exclude=./storage --exclude=./test \
  --exclude=./public/assets --exclude=./public/uploads --exclude=./vendor/bundle --exclude=./.bundle --exclude='.env*' \
  --exclude='*.key' --exclude='*.pem' --exclude='*.sqlite3*' --exclude='*.log' -cz .
