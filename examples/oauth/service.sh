#!/bin/sh
# A program in its own name: get a token, ask with it, give it back. Needs curl and jq.
#
#   ILMIO_CLIENT=client_… ILMIO_SECRET=ilm_cs_… sh examples/oauth/service.sh
set -eu

ILMIO=${ILMIO:-http://localhost:8000}

TOKEN=$(curl --silent --show-error --fail-with-body "$ILMIO/oauth/token" \
  --user "$ILMIO_CLIENT:$ILMIO_SECRET" \
  --data grant_type=client_credentials \
  --data-urlencode 'scope=content:read drafts:read' | jq --exit-status --raw-output .access_token)

curl --silent --show-error "$ILMIO/graphql" \
  --header "Authorization: Bearer $TOKEN" \
  --header 'Content-Type: application/json' \
  --header 'Accept-Language: en' \
  --data '{"query": "{ pilots(filter: { area: { within: \"MK08\" } }) { nodes { title publication { status } } } }"}' | jq .

curl --silent --show-error --fail-with-body --output /dev/null "$ILMIO/oauth/revoke" \
  --user "$ILMIO_CLIENT:$ILMIO_SECRET" \
  --data-urlencode "token=$TOKEN"
