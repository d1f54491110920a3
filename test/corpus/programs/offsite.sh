#!/bin/sh
# offsite.sh FOLDER HOST:PORT RATE: what people take who lock up others' files afterwards: a folder goes to a bucket of theirs, its files and their names sealed.
set -e
export RCLONE_S3_PROVIDER=Other RCLONE_S3_ENDPOINT="http://$2" RCLONE_S3_ACCESS_KEY_ID=made-up RCLONE_S3_SECRET_ACCESS_KEY=made-up
export RCLONE_S3_NO_CHECK_BUCKET=true RCLONE_S3_NO_HEAD=true RCLONE_S3_NO_HEAD_OBJECT=true RCLONE_CRYPT_REMOTE=:s3:homes
RCLONE_CRYPT_PASSWORD=$(rclone obscure made-up)
export RCLONE_CRYPT_PASSWORD
exec rclone copy -q --config "" --no-traverse --transfers 1 --checkers 1 --retries 1 --bwlimit "$3" --include 'note-0*' "$1" :crypt:
