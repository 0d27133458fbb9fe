//! Unicode properties that ECMA-262 and the server's engine know by the same name.

/// Short names of general categories. `Cs` is missing: text in JSON has no surrogates.
const CATEGORIES: &str = "C Cc Cf Cn Co L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z \
                          Zl Zp Zs";
const LONG_CATEGORIES: &str = "Other Control Format Private_Use Unassigned Letter Lowercase_Letter Modifier_Letter \
                               Other_Letter Titlecase_Letter Uppercase_Letter Mark Spacing_Mark Enclosing_Mark \
                               Nonspacing_Mark Number Decimal_Number Letter_Number Other_Number Punctuation \
                               Connector_Punctuation Dash_Punctuation Close_Punctuation Final_Punctuation \
                               Initial_Punctuation Other_Punctuation Open_Punctuation Symbol Currency_Symbol \
                               Modifier_Symbol Math_Symbol Other_Symbol Separator Line_Separator \
                               Paragraph_Separator Space_Separator";
const OTHERS: &str = "Alphabetic Any ASCII Lowercase Uppercase White_Space";

/// The scripts of Unicode 13, which the oldest supported browsers know.
const SCRIPTS: &str = "\
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali \
    Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian \
    Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari \
    Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic \
    Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran \
    Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese \
    Kaithi Kannada Katakana Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin \
    Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean \
    Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive \
    Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari New_Tai_Lue \
    Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian \
    Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Oriya Osage Osmanya Pahawh_Hmong \
    Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra \
    Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri \
    Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangut Telugu Thaana Thai Tibetan \
    Tifinagh Tirhuta Ugaritic Vai Wancho Warang_Citi Yezidi Yi Zanabazar_Square";

/// Returns whether both sides know `Letter`, `L`, `Script=Greek` and so on.
pub fn is_known(property: &str) -> bool {
    let has = |names: &str, name: &str| names.split_whitespace().any(|known| known == name);
    match property.split_once('=') {
        None => [CATEGORIES, LONG_CATEGORIES, OTHERS].iter().any(|names| has(names, property)),
        Some(("General_Category" | "gc", category)) => {
            has(CATEGORIES, category) || has(LONG_CATEGORIES, category)
        }
        Some(("Script" | "sc" | "Script_Extensions" | "scx", script)) => has(SCRIPTS, script),
        Some(_) => false,
    }
}

/// Returns how to write a script or category that was written in another way: `Script=Han` for `Han`.
pub fn suggestion(property: &str) -> Option<String> {
    let name = property.rsplit('=').next().unwrap_or(property);
    let known = |names: &'static str| names.split_whitespace().find(|known| known.eq_ignore_ascii_case(name));
    let plain = [CATEGORIES, LONG_CATEGORIES, OTHERS].into_iter().find_map(known).map(str::to_owned);
    plain.or_else(|| known(SCRIPTS).map(|script| format!("Script={script}")))
}
