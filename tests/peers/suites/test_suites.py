"""The logic of the scripts, on inputs of their own."""

import json
import unittest

import cel
import event_ruler
import generated
import java_literals
import recorded
import report
import textproto


class Texts(unittest.TestCase):
    def test_java_constants_are_joined_and_comments_are_skipped(self) -> None:
        source = r"""
        // "a comment"
        String a = "{\"a\":" + // more
            " [1]}"; /* "b" */ char quote = '"';
        f("x", "\u00e9\t" + name + "z");
        String block = \"\"\"
            one
              two\"\"\";
        """.replace(r"\"\"\"", '"""')
        self.assertEqual(list(java_literals.constants(source)), ['{"a": [1]}', "x", "é\t", "z", "one\n  two"])

    def test_objects_are_found_with_either_quote(self) -> None:
        texts = iter(["{'a': [1]}", '{"b": 2}', "[1]", "no", '{"b": 2}'])
        self.assertEqual(event_ruler.objects(texts), ['{"a": [1]}', '{"b": 2}'])

    def test_textproto_has_messages_lists_and_escapes(self) -> None:
        message = textproto.parse(
            r"""# a comment
            section { name: "a" 'b\n\303\251' test: < value { double_value: -inf } > numbers: [1, -0x10, 1.5e3] on: true }"""
        )
        section = textproto.one_of(message, "section")
        self.assertEqual(textproto.one_of(section, "name").decode(), "ab\né")
        self.assertEqual(textproto.all_of(section, "numbers"), [1, -16, 1500.0])
        self.assertEqual(textproto.one_of(section, "on"), "true")
        value = textproto.one_of(textproto.one_of(section, "test"), "value")
        self.assertEqual(textproto.one_of(value, "double_value"), float("-inf"))


class Verdicts(unittest.TestCase):
    def test_values_of_cel_compare_as_json(self) -> None:
        listed = textproto.parse('list_value { values { int64_value: 1 } values { string_value: "a" } }')
        self.assertEqual(cel.plain(listed), [1, "a"])
        self.assertTrue(cel.same([1, "a"], [1, "a"]))
        self.assertFalse(cel.same(1, True))
        with self.assertRaises(cel.Unsupported):
            cel.plain(textproto.parse('bytes_value: "x"'))

    def test_a_recorded_answer_has_placeholders(self) -> None:
        aws = {"Arn": "arn:<partition>:x:111111111111:<name>", "At": "datetime", "Status": {"Code": 400}}
        ours = {"Arn": "arn:aws:x:000000000000:orders", "At": 5, "Status": {"Code": 200}, "More": 1}
        found = list(recorded.differences(aws, ours))
        self.assertEqual(found, ["More is only ours: 1", "Status.Code is '200', and in AWS '400'"])

    def test_a_known_difference_is_counted_and_another_is_new(self) -> None:
        made = report.Report("a")
        made.count(True, "one", "")
        made.count(False, "two [x]", "why")
        made.count(False, "three", "why")
        made.refuse("a reason", 2)
        reasons, new = report.explain(made, [{"case": r"^two \[", "reason": "as designed"}, {"case": "none", "reason": "gone"}])
        self.assertEqual((made.compared, made.agree, dict(reasons)), (5, 1, {"as designed": 1, "gone": 0}))
        self.assertEqual(new, [("three", "why")])

    def test_known_differences_are_well_formed(self) -> None:
        for entries in json.loads(report.KNOWN.read_text()).values():
            for entry in entries:
                self.assertEqual(entry.keys(), {"case", "reason"})

    def test_a_seed_generates_the_same_patterns(self) -> None:
        self.assertEqual(generated.cases(20, 7), generated.cases(20, 7))
        self.assertNotEqual(generated.cases(20, 7), generated.cases(20, 8))

    def test_a_field_that_a_pattern_names_twice_is_found(self) -> None:
        either = {"$or": [{"a": [1]}, {"b": {"c": [2]}}]}
        self.assertFalse(generated.names_twice(either))
        self.assertTrue(generated.names_twice({**either, "b.c": [3]}))
        self.assertTrue(generated.names_twice({"a.b": [1], "a": {"b": [1]}}))


if __name__ == "__main__":
    unittest.main()
