# Access for no one, for clients with a token, or for everyone.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages = "tests/packages"
  tokens   = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
}

run "without_tokens_no_client_can_connect" {
  command = plan
  variables { tokens = null }
  expect_failures = [check.clients_can_connect]

  assert {
    condition     = module.socket.authorization == "NONE" && !contains(keys(output.functions), "authorize")
    error_message = "There must be no authorizer without tokens."
  }

  assert {
    condition = (
      local.functions.connect.environment.AUTH == "jwt"
      && keys(local.functions.subscribe.environment) == ["AUTH", "CONNECTIONS_TABLE", "LOG_TABLE", "MANAGEMENT_ENDPOINT"]
    )
    error_message = "connect must require a token, and subscribe must have no token rules."
  }
}

run "tokens_deploy_an_authorizer" {
  command = plan

  assert {
    condition     = module.socket.authorization == "CUSTOM" && output.functions.authorize.name == "tablecast-authorize"
    error_message = "authorize must authorize $connect."
  }

  assert {
    condition = local.functions.authorize.environment == {
      ISSUER   = "https://login.example.com/", AUDIENCE = "tablecast", ALGORITHMS = "RS256"
      JWKS_URL = "https://login.example.com/keys", ORIGINS = "-"
    }
    error_message = "authorize must have the token rules and the origins: ${jsonencode(local.functions.authorize.environment)}"
  }

  assert {
    condition = local.functions.subscribe.environment == {
      ISSUER              = "https://login.example.com/", AUDIENCE = "tablecast", ALGORITHMS = "RS256"
      JWKS_URL            = "https://login.example.com/keys", AUTH = "jwt", CONNECTIONS_TABLE = "tablecast-connections"
      LOG_TABLE           = "tablecast-log"
      MANAGEMENT_ENDPOINT = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/live"
    }
    error_message = "subscribe must verify refreshed tokens by the same rules: ${jsonencode(local.functions.subscribe.environment)}"
  }

  assert {
    condition     = local.functions.connect.environment == { AUTH = "jwt", CONNECTIONS_TABLE = "tablecast-connections" }
    error_message = "connect must trust the authorizer and have no token rules: ${jsonencode(local.functions.connect.environment)}"
  }
}

run "keys_and_origins_change_the_environment" {
  command = plan

  variables {
    tokens = {
      issuer     = "accounts.example.com"
      audience   = "orders api"
      algorithms = ["ES256", "EdDSA"]
      jwks       = "{\n  \"keys\": [\n    { \"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"AA\" }, { \"kty\": \"oct\" }\n  ]\n}\n"
      origins    = ["https://app.example.com", "http://[::1]:5173"]
    }
  }

  assert {
    condition = alltrue([for name in ["authorize", "subscribe"] : (
      local.functions[name].environment.ISSUER == "accounts.example.com"
      && local.functions[name].environment.AUDIENCE == "orders api"
      && local.functions[name].environment.ALGORITHMS == "ES256,EdDSA"
      && local.functions[name].environment.JWKS == "{\"keys\":[{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"AA\"},{\"kty\":\"oct\"}]}"
      && !contains(keys(local.functions[name].environment), "JWKS_URL")
    )])
    error_message = "The environment must contain the token rules, so that a change of the rules updates the functions."
  }

  assert {
    condition     = local.functions.authorize.environment.ORIGINS == "https://app.example.com,http://[::1]:5173"
    error_message = "ORIGINS must contain the listed pages only; other clients need a -."
  }
}

run "auth_none_accepts_all_clients" {
  command = plan

  variables {
    auth   = "none"
    tokens = null
  }

  assert {
    condition = (
      local.functions.connect.environment.AUTH == "none" && local.functions.subscribe.environment.AUTH == "none"
      && module.socket.authorization == "NONE" && !contains(keys(output.functions), "authorize")
    )
    error_message = "auth = none must deploy no authorizer and accept all clients."
  }
}

run "an_unknown_auth_is_rejected" {
  command = plan
  variables { auth = "off" }
  expect_failures = [var.auth]
}

run "tokens_with_auth_none_are_rejected" {
  command = plan
  variables { auth = "none" }
  expect_failures = [var.auth]
}

# Each of these runs has one mistake in `tokens`.

run "an_empty_audience_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = " ", jwks_url = "https://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "an_issuer_on_localhost_is_rejected" {
  command = plan
  variables { tokens = { issuer = "HTTPS://tablecast.localhost/dev", audience = "tablecast", jwks_url = "https://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "a_symmetric_algorithm_is_rejected" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", algorithms = ["RS256", "HS256"] }
  }
  expect_failures = [var.tokens]
}

run "an_empty_list_of_algorithms_is_rejected" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", algorithms = [] }
  }
  expect_failures = [var.tokens]
}

run "tokens_without_keys_are_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast" } }
  expect_failures = [var.tokens]
}

run "both_jwks_url_and_jwks_are_rejected" {
  command = plan
  variables {
    tokens = {
      issuer   = "https://login.example.com/", audience = "tablecast"
      jwks_url = "https://login.example.com/keys", jwks = "{\"keys\":[{\"kty\":\"RSA\"}]}"
    }
  }
  expect_failures = [var.tokens]
}

run "a_jwks_url_without_https_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "http://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "invalid_json_in_jwks_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks = "{\"keys\":" } }
  expect_failures = [var.tokens]
}

run "keys_for_other_algorithms_are_rejected" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", algorithms = ["ES256"], jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\"}]}" }
  }
  expect_failures = [var.tokens]
}

run "a_private_key_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks = "{\"keys\":[{\"kty\":\"RSA\",\"d\":\"AA\"}]}" } }
  expect_failures = [var.tokens]
}

run "an_origin_with_a_default_port_is_rejected" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", origins = ["-", "https://app.example.com:443"] }
  }
  expect_failures = [var.tokens]
}

run "an_empty_list_of_origins_is_rejected" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", origins = [] }
  }
  expect_failures = [var.tokens]
}
