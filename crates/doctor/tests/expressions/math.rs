//! Metric math of CloudWatch, as far as the alarms use it:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html>

/// The value of an expression in one period. `FILL` replaces a metric that has no data.
pub fn evaluate(expression: &str, values: &[(&str, f64)]) -> f64 {
    let mut parser = Parser { rest: expression, values };
    let value = parser.condition();
    assert_eq!(parser.rest.trim(), "", "{expression}");
    value
}

struct Parser<'e> {
    rest: &'e str,
    values: &'e [(&'e str, f64)],
}

impl Parser<'_> {
    fn accepts(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &str) {
        assert!(self.accepts(token), "{token} is missing before {}", self.rest);
    }

    /// Comparisons, joined by `AND`. True is 1.
    fn condition(&mut self) -> f64 {
        let mut value = self.comparison();
        while self.accepts("AND ") {
            let right = self.comparison();
            value = f64::from(value != 0.0 && right != 0.0);
        }
        value
    }

    fn comparison(&mut self) -> f64 {
        let left = self.sum();
        match () {
            () if self.accepts(">") => f64::from(left > self.sum()),
            () if self.accepts("<") => f64::from(left < self.sum()),
            () => left,
        }
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            match () {
                () if self.accepts("+") => value += self.product(),
                () if self.accepts("-") => value -= self.product(),
                () => return value,
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.operand();
        loop {
            match () {
                () if self.accepts("*") => value *= self.operand(),
                () if self.accepts("/") => value /= self.operand(),
                () => return value,
            }
        }
    }

    fn operand(&mut self) -> f64 {
        if self.accepts("IF(") {
            let [condition, then, otherwise] = [",", ",", ")"].map(|end| {
                let value = self.condition();
                self.expect(end);
                value
            });
            return if condition != 0.0 { then } else { otherwise };
        }
        if self.accepts("FILL(") {
            let metric = self.word();
            self.expect(",");
            let filling = self.sum();
            self.expect(")");
            return self.values.iter().find(|(name, _)| *name == metric).map_or(filling, |(_, value)| *value);
        }
        if self.accepts("(") {
            let value = self.condition();
            self.expect(")");
            return value;
        }
        let number = self.word();
        number.parse().unwrap_or_else(|_| panic!("{number} is no number, and a metric needs FILL"))
    }

    fn word(&mut self) -> String {
        let text = self.rest.trim_start();
        let end = text.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest;
        word.to_owned()
    }
}
