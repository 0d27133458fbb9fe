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
      audiences  = ["orders-api", "web"]
      algorithms = ["ES256", "EdDSA"]
      jwks       = "{\n  \"keys\": [\n    { \"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"AA\" }, { \"kty\": \"oct\" }\n  ]\n}\n"
      origins    = ["https://app.example.com", "http://[::1]:5173", "capacitor://localhost", "file://", "null"]
    }
  }

  assert {
    condition = alltrue([for name in ["authorize", "subscribe"] : (
      local.functions[name].environment.ISSUER == "accounts.example.com"
      && local.functions[name].environment.AUDIENCE == "orders-api,web"
      && local.functions[name].environment.ALGORITHMS == "ES256,EdDSA"
      && local.functions[name].environment.JWKS == "{\"keys\":[{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"AA\"},{\"kty\":\"oct\"}]}"
      && !contains(keys(local.functions[name].environment), "JWKS_URL")
    )])
    error_message = "The environment must contain the token rules, so that a change of the rules updates the functions."
  }

  assert {
    condition     = local.functions.authorize.environment.ORIGINS == "https://app.example.com,http://[::1]:5173,capacitor://localhost,file://,null"
    error_message = "ORIGINS must contain the listed pages only; other clients need a -."
  }
}

run "several_issuers_have_their_own_audiences_and_keys" {
  command = plan

  variables {
    tokens = {
      subject_claim = "oid"
      leeway        = 30
      issuers = [
        { issuer = "https://a.example/", audiences = ["web", "mobile app"], jwks_url = "https://a.example/keys" },
        { issuer = "https://b.example", audiences = ["api"], jwks = "{ \"keys\": [{ \"kty\": \"EC\", \"crv\": \"P-256\" }] }", algorithms = ["ES256"], subject_claim = "sub" },
      ]
    }
  }

  assert {
    condition = alltrue([for name in ["authorize", "subscribe"] : (
      jsondecode(local.functions[name].environment.ISSUERS) == [
        { issuer = "https://a.example/", audience = ["web", "mobile app"], algorithms = ["RS256"], jwks_url = "https://a.example/keys", subject_claim = "oid" },
        { issuer = "https://b.example", audience = ["api"], algorithms = ["ES256"], jwks = { keys = [{ kty = "EC", crv = "P-256" }] }, subject_claim = "sub" },
      ]
      && local.functions[name].environment.LEEWAY == "30"
      && length(setintersection(keys(local.functions[name].environment), ["ISSUER", "AUDIENCE", "ALGORITHMS", "JWKS", "JWKS_URL", "SUBJECT_CLAIM"])) == 0
    )])
    error_message = "ISSUERS must contain each issuer with its own rules: ${local.functions.authorize.environment.ISSUERS}"
  }
}

run "subject_claim_and_leeway_of_one_issuer_change_the_environment" {
  command = plan

  variables {
    tokens = { issuer = "https://a.example/", audience = "api", jwks_url = "https://a.example/keys", subject_claim = "oid", leeway = 0 }
  }

  assert {
    condition     = local.functions.subscribe.environment.SUBJECT_CLAIM == "oid" && local.functions.subscribe.environment.LEEWAY == "0"
    error_message = "SUBJECT_CLAIM and LEEWAY must be set: ${jsonencode(local.functions.subscribe.environment)}"
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

run "audiences_in_one_text_are_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "web,mobile", jwks_url = "https://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "a_list_without_audiences_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", jwks_url = "https://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "an_issuer_and_issuers_are_rejected" {
  command = plan
  variables {
    tokens = {
      issuer  = "https://a.example", audience = "api", jwks_url = "https://a.example/keys"
      issuers = [{ issuer = "https://b.example", audiences = ["api"], jwks_url = "https://b.example/keys" }]
    }
  }
  expect_failures = [var.tokens]
}

run "the_same_issuer_twice_is_rejected" {
  command = plan
  variables {
    tokens = {
      issuers = [
        { issuer = "https://b.example", audiences = ["web"], jwks_url = "https://b.example/keys" },
        { issuer = "https://b.example", audiences = ["api"], jwks_url = "https://b.example/keys" },
      ]
    }
  }
  expect_failures = [var.tokens]
}

run "a_symmetric_algorithm_of_one_of_several_issuers_is_rejected" {
  command = plan
  variables {
    tokens = {
      issuers = [
        { issuer = "https://a.example", audiences = ["web"], jwks_url = "https://a.example/keys" },
        { issuer = "https://b.example", audiences = ["api"], jwks_url = "https://b.example/keys", algorithms = ["HS256"] },
      ]
    }
  }
  expect_failures = [var.tokens]
}

run "a_leeway_of_more_than_a_minute_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", leeway = 61 } }
  expect_failures = [var.tokens]
}

run "an_origin_without_a_scheme_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", origins = ["localhost:5173"] } }
  expect_failures = [var.tokens]
}

run "an_origin_with_a_final_slash_is_rejected" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", origins = ["http://localhost:5173/"] } }
  expect_failures = [var.tokens]
}
