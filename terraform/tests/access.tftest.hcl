# Who may connect: nobody, whoever has a token, or everybody.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages = "tests/packages"
  tokens   = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
}

run "unless_it_is_opened_nobody_may_connect" {
  command = plan
  variables { tokens = null }
  expect_failures = [check.somebody_may_connect]

  assert {
    condition     = module.socket.authorization == "NONE" && !contains(keys(output.functions), "authorize")
    error_message = "There is nobody to ask."
  }

  assert {
    condition = (
      local.functions.connect.environment.AUTH == "jwt"
      && keys(local.functions.subscribe.environment) == ["AUTH", "CONNECTIONS_TABLE", "LOG_TABLE", "MANAGEMENT_ENDPOINT"]
    )
    error_message = "connect asks for a token that nobody can have."
  }
}

run "with_tokens_an_authorizer_is_asked" {
  command = plan

  assert {
    condition     = module.socket.authorization == "CUSTOM" && output.functions.authorize.name == "tablecast-authorize"
    error_message = "authorize is asked at $connect."
  }

  assert {
    condition = local.functions.authorize.environment == {
      ISSUER   = "https://login.example.com/", AUDIENCE = "tablecast", ALGORITHMS = "RS256"
      JWKS_URL = "https://login.example.com/keys", ORIGINS = "-"
    }
    error_message = "authorize knows whose tokens count: ${jsonencode(local.functions.authorize.environment)}"
  }

  assert {
    condition = local.functions.subscribe.environment == {
      ISSUER              = "https://login.example.com/", AUDIENCE = "tablecast", ALGORITHMS = "RS256"
      JWKS_URL            = "https://login.example.com/keys", AUTH = "jwt", CONNECTIONS_TABLE = "tablecast-connections"
      LOG_TABLE           = "tablecast-log"
      MANAGEMENT_ENDPOINT = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/live"
    }
    error_message = "subscribe verifies the token of a refresh by the same rules: ${jsonencode(local.functions.subscribe.environment)}"
  }

  assert {
    condition     = local.functions.connect.environment == { AUTH = "jwt", CONNECTIONS_TABLE = "tablecast-connections" }
    error_message = "connect believes the authorizer: ${jsonencode(local.functions.connect.environment)}"
  }
}

run "other_keys_and_pages_are_another_environment" {
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
    error_message = "What is said of tokens is in the environment, so that a change of it changes the functions."
  }

  assert {
    condition     = local.functions.authorize.environment.ORIGINS == "https://app.example.com,http://[::1]:5173"
    error_message = "Only the pages that are listed, and no programs: they need a -."
  }
}

run "that_everybody_may_connect_must_be_asked_for" {
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
    error_message = "Everybody may connect, and nobody is asked."
  }
}

run "another_way_to_ask_is_refused" {
  command = plan
  variables { auth = "off" }
  expect_failures = [var.auth]
}

run "tokens_that_nobody_asks_for_are_refused" {
  command = plan
  variables { auth = "none" }
  expect_failures = [var.auth]
}

# Each is wrong in one thing.

run "an_empty_audience_is_refused" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = " ", jwks_url = "https://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "an_issuer_for_development_is_refused" {
  command = plan
  variables { tokens = { issuer = "HTTPS://tablecast.localhost/dev", audience = "tablecast", jwks_url = "https://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "a_symmetric_algorithm_is_refused" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", algorithms = ["RS256", "HS256"] }
  }
  expect_failures = [var.tokens]
}

run "no_algorithm_is_refused" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", algorithms = [] }
  }
  expect_failures = [var.tokens]
}

run "no_keys_are_refused" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast" } }
  expect_failures = [var.tokens]
}

run "keys_of_two_places_are_refused" {
  command = plan
  variables {
    tokens = {
      issuer   = "https://login.example.com/", audience = "tablecast"
      jwks_url = "https://login.example.com/keys", jwks = "{\"keys\":[{\"kty\":\"RSA\"}]}"
    }
  }
  expect_failures = [var.tokens]
}

run "keys_that_anybody_on_the_way_could_change_are_refused" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "http://login.example.com/keys" } }
  expect_failures = [var.tokens]
}

run "keys_that_are_no_key_set_are_refused" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks = "{\"keys\":" } }
  expect_failures = [var.tokens]
}

run "keys_for_other_algorithms_are_refused" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", algorithms = ["ES256"], jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\"}]}" }
  }
  expect_failures = [var.tokens]
}

run "a_private_key_is_refused" {
  command = plan
  variables { tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks = "{\"keys\":[{\"kty\":\"RSA\",\"d\":\"AA\"}]}" } }
  expect_failures = [var.tokens]
}

run "an_origin_that_no_browser_sends_is_refused" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", origins = ["-", "https://app.example.com:443"] }
  }
  expect_failures = [var.tokens]
}

run "no_origin_is_refused" {
  command = plan
  variables {
    tokens = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys", origins = [] }
  }
  expect_failures = [var.tokens]
}
