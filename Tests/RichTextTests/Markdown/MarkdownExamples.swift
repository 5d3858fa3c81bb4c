/// Examples of our own for every section of the CommonMark specification and of GitHub's extensions to it.
///
/// What a reader need not see is marked in the words themselves: one that begins with `hid` is not shown (a title, a label), one that
/// begins with `lnk` is a part of an address. Every other word is on the screen.
enum MarkdownExamples {
    struct Section: Sendable, CustomStringConvertible {
        var name: String
        var sources: [String]
        var description: String { name }
    }

    static let sections: [Section] = blocks + containers + inlines + extensions

    // MARK: Blocks

    private static let blocks = [
        Section(
            name: "tabs",
            sources: [
                "\tindented code", "  \tcode two", "a\ttab inside", "-\ttabbed item\n\n\tsecond paragraph",
                "- item\n\n\t\tcode in item", ">\t\tquoted code", "#\tTabbed heading",
                "*\t*\t*\t\nafter rule",
                "1.\tone\n2.\ttwo",
            ]),
        Section(
            name: "backslash escapes",
            sources: [
                #"\*stars\* and \_lines\_"#, ##"\# no heading"##, #"1\. no list"#, #"\> no quote"#,
                #"\[no link](here)"#, #"\`no code\`"#, #"\&amp; kept"#, #"back\\slash"#, "hard\\\nbreak",
                #"`in \` code"#, "```\nfenced \\* star\n```", #"[a](/lnkone\*two "hidone\"hidtwo")"#,
                #"\a \b letters"#, #"<http://lnkhost.example/\*>"#, #"\| bar"#,
            ]),
        Section(
            name: "entities",
            sources: [
                "&copy; one", "&amp;&lt;&gt; two", "&#65;&#x42; three", "&nosuch; four", "&copy five",
                "&#0; six",
                "&#99999999; seven", "`&copy; code`", "    &copy; code", "[a](/lnk&ouml;x \"hid&ouml;\")",
                "&#42;not strong&#42;", "* item\n\n&#42; no item", "&quot;eight&quot;", "a&nbsp;b nine",
            ]),
        Section(
            name: "thematic breaks",
            sources: [
                "***\nafter", "---\n\nafter", "___\nafter", "+++ no rule", "=== no rule", "-- no rule",
                " ***\nafter",
                "    *** code", "before\n    ***", "_____________\nend", " - - -\nend", "- - - -    \nend",
                "_ _ _ a", "- item\n***\n- other", "before\n***\nafter", "heading\n---\nafter",
                "* x\n* * *\n* y",
            ]),
        Section(
            name: "ATX headings",
            sources: [
                "# one", "## two", "### three", "#### four", "##### five", "###### six", "####### seven",
                "#nospace", "#5 number", "#\ttab", "#                  wide", " ### indented", "    # code",
                "para\n    # still", "## closed ##", "# long ##################", "### mixed ### b",
                "# stuck#", "### \\### escaped", "## a \\#", "****\n## between\n****", "before\n# mid\nafter",
                "## \nempty above", "# *strong* `code`",
            ]),
        Section(
            name: "setext headings",
            sources: [
                "Title\n=====", "Title\n-----", "Two\nlines\n===", "Title\n=", "   Title\n===",
                "    code\n    ---\ntail",
                "Foo\n   ----      ", "Foo\n    ---", "Foo\n= =", "Foo  \n-----", "Foo\\\n----",
                "`Foo\n----\nbar`", "> Foo\n---", "> foo\nbar\n===", "- Foo\n---", "---\nFoo\n---\nBar",
                "- foo\n-----", "    foo\n---", "> foo\n-----", "Foo\n\nbar\n---\nbaz", "\\> foo\n------",
            ]),
        Section(
            name: "indented code",
            sources: [
                "    simple\n      block", "  - foo\n\n    bar", "1.  foo\n\n    - bar", "    <a/>\n    *hi*",
                "    one\n\n    two\n  \n \n \n    three", "    one\n      \n      two", "Foo\n    bar",
                "    foo\nbar", "# Heading\n    foo\nHeading\n------\n    foo\n----",
                "        eight\n    four",
                "\n    \n    after blank\n    \n",
            ]),
        Section(
            name: "fenced code",
            sources: [
                "```\n<\n >\ncode\n```", "~~~\n<\ntilde\n~~~", "``\nfoo two\n``", "```\naaa\n~~~\n```",
                "````\naaa\n```\n``````", "~~~~\naaa\n~~~\n~~~~", "```", "`````\n\n```\naaa",
                "> ```\n> aaa\n\nbbb",
                "```\n\n  \n```\nempty above", " ```\n aaa\naaa\n```", "  ```\naaa\n  aaa\naaa\n  ```",
                "    ```\n    aaa\n    ```", "```\naaa\n  ```", "   ```\naaa\n  ```", "```\naaa\n    ```",
                "``` ```\naaa", "~~~~~~\naaa\n~~~ ~~", "foo\n```\nbar\n```\nbaz",
                "```swift\nlet code = 1\n```",
                "~~~~    python startline=3\ndef foo(x):\n~~~~~~~", "```\n``` aaa\n```",
                "- ```\n  in item\n  ```",
            ]),
        Section(
            name: "HTML blocks",
            sources: [
                "<table><tr><td>\ncell\n</td></tr></table>", "<div>\n  *hello*\n</div>\n\n*after*",
                "</div>\n*foo*", "<div class=\"wide\">\n\n*Markdown*\n\n</div>",
                "<pre>\n**Hello**\n\nworld\n</pre>\nafter",
                "<script>\nlet x = 1;\n</script>\nokay", "<style>\nh1 {color:red;}\n</style>\nokay",
                "<!-- Foo\n\nbar -->\nokay", "<?php\n  echo '>';\n?>\nokay", "<!DOCTYPE html>\nokay",
                "<![CDATA[\nfunction\n]]>\nokay", "  <!-- foo -->\n\n    <!-- code -->",
                "Foo\n<div>\nbar\n</div>",
                "<a href=\"foo\">\n*bar*\n</a>", "<del>\n*foo*\n</del>", "<del>*foo*</del>",
                "<i class=\"foo\">\n*bar*\n</i>",
            ]),
        Section(
            name: "reference definitions",
            sources: [
                "[hidfoo]: /lnkurl \"hidtitle\"\n\n[foo][hidfoo]", "[foo]: /lnkurl\n\n[foo]",
                "   [foo]: \n      /lnkurl  \n           'hidthe hidtitle'  \n\n[foo]",
                "[Foo*bar\\]]: lnkmy_(url) 'hidtitle (with parens)'\n\n[Foo*bar\\]]",
                "[foo]: <lnkbar>\n\n[foo]",
                "[foo]:\n\n[foo]", "[foo]\n\n[foo]: lnkurl", "[FOO]: /lnkurl\n\n[Foo]",
                "[foo]: /lnkurl \"hid\" ok\n\n[foo]",
                "    [foo]: /url \"code\"\n\n[foo]", "```\n[foo]: /url\n```\n\n[foo]",
                "Foo\n[bar]: /baz\n\n[bar]",
                "# [Foo]\n[foo]: /lnkurl\n> bar", "[foo]: /lnkurl\nbar\n===\n[foo]",
                "[foo]: /lnkfoo \"hidfoo\"\n[bar]: /lnkbar\n  \"hidbar\"\n\n[foo],\n[bar]",
                "[foo]\n\n> [foo]: /lnkurl",
            ]),
        Section(
            name: "paragraphs and blank lines",
            sources: [
                "aaa\n\nbbb", "aaa\nbbb\n\nccc\nddd", "aaa\n\n\nbbb", "  aaa\n bbb",
                "aaa\n             bbb\n      ccc",
                "   aaa\nbbb", "    aaa\nbbb", "aaa     \nbbb     ", "  \n\naaa\n  \n\n# bbb\n\n  ",
                "aaa\r\nbbb\r\n\r\nccc",
            ]),
    ]

    // MARK: Containers

    private static let containers = [
        Section(
            name: "block quotes",
            sources: [
                "> # Foo\n> bar\n> baz", "># Foo\n>bar\n> baz", "   > # Foo\n   > bar\n > baz",
                "    > # Foo\n    > bar",
                "> # Foo\n> bar\nbaz", "> bar\nbaz\n> foo", "> foo\n---", "> - foo\n- bar",
                ">     foo\n    bar",
                "> ```\nfoo\n```", "> foo\n    - bar", ">\n> foo\n>  ", "> foo\n\n> bar", "> foo\n>\n> bar",
                "foo\n> bar", "> aaa\n***\n> bbb", "> bar\n\nbaz", "> bar\n>\nbaz", "> > > foo\nbar",
                ">>> foo\n> bar\n>>baz", ">     code\n\n>    not code",
            ]),
        Section(
            name: "list items",
            sources: [
                "A paragraph\nwith two lines.\n\n    indented code\n\n> A quote.",
                "1.  A paragraph\n    with two lines.\n\n        indented code\n\n    > A quote.",
                "- one\n\n two",
                "- one\n\n  two", " -    one\n\n     two", " -    one\n\n      two",
                "   > > 1.  one\n>>\n>>     two",
                ">>- one\n>>\n  >  > two", "-one\n\n2.two", "- foo\n\n\n  bar",
                "1.  foo\n\n    ```\n    bar\n    ```\n\n    baz\n\n    > bam",
                "123456789. ok", "1234567890. not ok", "0. ok", "003. ok", "-1. not ok", "- foo\n\n      bar",
                "1.     indented code\n\n   paragraph\n\n       more code",
                "-\n  foo\n-\n  ```\n  bar\n  ```\n-\n      baz",
                "-   \n  foo", "-\n\n  foo", "- foo\n-\n- bar", "1. foo\n2.\n3. bar", "foo\n*\n\nfoo\n1.",
                "> 1. > Blockquote\ncontinued here.", "- foo\n  - bar\n    - baz\n      - boo",
                "10) foo\n    - bar",
                "10) foo\n   - bar", "- - foo", "1. - 2. foo", "- # Foo\n- Bar\n  ---\n  baz",
            ]),
        Section(
            name: "lists",
            sources: [
                "- foo\n- bar\n+ baz", "1. foo\n2. bar\n3) baz", "Foo\n- bar\n- baz",
                "The number is\n14.  text", "The number is\n1.  text",
                "- foo\n\n- bar\n\n\n- baz", "- foo\n  - bar\n    - baz\n\n\n      bim",
                "- foo\n- bar\n\n<!-- -->\n\n- baz\n- bim",
                "- a\n - b\n  - c\n   - d\n  - e\n - f\n- g", "1. a\n\n  2. b\n\n   3. c",
                "- a\n - b\n  - c\n   - d\n    - e",
                "- a\n- b\n\n- c", "* a\n*\n\n* c", "- a\n- b\n\n  c\n- d", "- a\n- ```\n  b\n\n\n  ```\n- c",
                "- a\n  - b\n\n    c\n- d",
                "* a\n  > b\n  >\n* c", "- a\n  > b\n  ```\n  c\n  ```\n- d",
                "1. ```\n   foo\n   ```\n\n   bar", "* foo\n  * bar\n\n  baz",
                "- a\n  - b\n  - c\n\n- d\n  - e\n  - f",
            ]),
    ]

    // MARK: Text

    private static let inlines = [
        Section(
            name: "code spans",
            sources: [
                "`foo`", "`` foo ` bar ``", "` `` `", "`  ``  ` x", "` a`", "`foo   bar \nbaz`",
                "`foo\\`bar`", "``foo`bar``",
                "*foo`*`", "[not a `link](/foo`)", "`<a href=\"`\">`", "<a href=\"`\">`",
                "`<http://foo.bar.`baz>`",
                "```foo``", "`foo", "`foo``bar``",
            ]),
        Section(
            name: "emphasis",
            sources: [
                // 1 to 8: what opens and closes.
                "*foo bar*", "a * foo bar*", "a*\"foo\"*", "*\u{A0}a\u{A0}*", "_foo bar_", "_ foo bar_",
                "a_\"foo\"_", "foo_bar_baz",
                "foo-_(bar)_", "*foo bar *", "*(*foo)", "*(*foo*)*", "_foo bar _", "_(_foo)", "_(_foo_)_",
                "_foo_bar_baz_",
                "**foo bar**", "** foo bar**", "a**\"foo\"**", "__foo bar__", "__ foo bar__", "a__\"foo\"__",
                "__foo, __bar__, baz__",
                "foo-__(bar)__", "**foo bar **", "**(**foo)", "*(**foo**)*", "**foo \"*bar*\" foo**",
                "__foo bar __", "__(__foo)",
                "_(__foo__)_", "__foo__bar__baz__",
                // 9 and 10: nested.
                "*foo [bar](/lnkurl)*", "*foo\nbar*", "_foo __bar__ baz_", "_foo _bar_ baz_", "__foo_ bar_",
                "*foo *bar**",
                "*foo **bar** baz*", "***foo** bar*", "*foo **bar***", "**foo [bar](/lnkurl)**",
                "**foo\nbar**", "__foo _bar_ baz__",
                "**foo *bar* baz**", "***foo* bar**", "**foo *bar***", "**foo *bar **baz**\nbim* bop**",
                // 11 and 12: literal delimiters.
                "foo ***", "foo *\\**", "foo *_*", "foo *****", "foo **\\***", "**foo*", "*foo**", "***foo**",
                "****foo*", "foo ___",
                "foo _\\__", "__foo_", "_foo__", "___foo__",
                // 13 to 17: which one wins.
                "**foo**", "*_foo_*", "__foo__", "****foo****", "******foo******", "***foo***",
                "_____foo_____", "*foo _bar* baz_",
                "*foo __bar *baz bim__ bam*", "**foo **bar baz**", "*foo *bar baz*", "*[bar*](/lnkurl)",
                "_foo [bar_](/lnkurl)",
                "*<img src=\"foo\" title=\"*\"/>", "**<a href=\"**\">", "*a `*`*", "_a `_`_",
                "**a<http://lnkfoo.bar/?q=**>",
            ]),
        Section(
            name: "links",
            sources: [
                "[link](/lnkuri \"hidtitle\")", "[link](/lnkuri)", "[link]()", "[link](<>)",
                "[link](/my uri)", "[link](</lnkmy uri>)",
                "[link](foo\nbar)", "[a](<b)c", "[link](\\(lnkfoo\\))", "[link](lnkfoo(and(bar)))",
                "[link](foo(and(bar))",
                "[link](lnkfoo\\)\\:)", "[link](#lnkfragment)", "[link](lnkfoo%20b&auml;)",
                "[link](\"lnktitle\")",
                "[link](/lnkurl 'hidtitle')", "[link](/lnkurl (hidtitle))",
                "[link](/lnkurl \"hidtitle \\\"&quot;\")",
                "[link](/url \"title \"and\" title\")", "[link](   /lnkuri\n  \"hidtitle\"  )",
                "[link] (/uri)",
                "[link [foo [bar]]](/lnkuri)", "[link] bar](/uri)", "[link [bar](/lnkuri)",
                "[link \\[bar](/lnkuri)",
                "[link *foo **bar** `#`*](/lnkuri)", "[![moon](lnkmoon.jpg)](/lnkuri)",
                "[foo [bar](/lnkuri)](/uri)",
                "*[foo*](/lnkuri)", "[foo *bar](/lnkbaz*)", "[foo`](/uri)`",
                "[foo<http://lnkexample.com/?search=](uri)>",
                "[foo][bar]\n\n[bar]: /url", "[link [foo [bar]]][hidref]\n\n[hidref]: /lnkuri",
                "[foo][BaR]\n\n[bar]: /lnkurl",
                "[foo][]\n\n[foo]: /lnkurl \"hidtitle\"", "[*foo* bar][]\n\n[*foo* bar]: /lnkurl",
                "[foo]\n\n[foo]: /lnkurl",
                "[[*foo* bar]]\n\n[*foo* bar]: /lnkurl", "[[bar [foo]\n\n[foo]: /lnkurl",
                "\\[foo]\n\n[foo]: /lnkurl",
                "[foo](not a link)\n\n[foo]: /lnkurl", "[foo][bar][baz]\n\n[baz]: /lnkurl",
            ]),
        Section(
            name: "images",
            sources: [
                "![foo](/lnkurl \"hidtitle\")", "![foo *bar*](lnktrain.jpg)", "![foo ![bar](/url)](/lnkurl2)",
                "![foo [bar](/url)](/lnkurl2)",
                "![foo](<lnkurl>)", "![](/lnkurl)", "![foo][hidbar]\n\n[hidbar]: /lnkurl",
                "![foo]\n\n[foo]: /lnkurl \"hidtitle\"",
                "![[foo]]\n\n[[foo]]: /url", "!\\[foo]\n\n[foo]: /lnkurl", "\\![foo](/lnkurl)",
                "a ![foo](/lnkpath/to/train.jpg) b",
            ]),
        Section(
            name: "autolinks",
            sources: [
                "<http://lnkfoo.bar.baz>", "<http://lnkfoo.bar.baz/test?q=hello&id=22>",
                "<irc://lnkfoo.bar:2233/baz>", "<MAILTO:FOO@LNKBAR.BAZ>",
                "<made-up-scheme://lnkfoo,bar>", "<https://foo bar>", "<foo@lnkbar.example.com>",
                "<foo\\+@bar.example.com>", "<>",
                "< https://foo.bar >", "<m:abc>", "<foo.bar.baz>",
            ]),
        Section(
            name: "raw HTML",
            sources: [
                "<a><bab><c2c> text", "<a/><b2/> text", "<a  /><b2\ndata=\"foo\" > text",
                "Foo <responsive-image src=\"foo.jpg\" />",
                "<33> <__> text", "<a h*#ref=\"hi\"> text", "< a>< foo> text", "</a></foo > text",
                "</a href=\"foo\"> text",
                "foo <!-- a comment --> bar", "foo <?php echo $a; ?> bar", "foo <!ELEMENT br EMPTY> bar",
                "foo <![CDATA[>&<]]> bar",
                "foo <a href=\"&ouml;\"> bar", "one<br>two<br/>three", "press <kbd>Ctrl</kbd> now",
            ]),
        Section(
            name: "line breaks",
            sources: [
                "foo  \nbaz", "foo\\\nbaz", "foo       \nbaz", "foo  \n     bar", "foo\\\n     bar",
                "*foo  \nbar*", "*foo\\\nbar*",
                "`code \nspan`", "`code\\\nspan`", "<a href=\"foo  \nbar\"> text", "foo\\", "foo  ",
                "### foo\\", "### foo  ", "foo\nbaz",
                "foo \n baz",
            ]),
    ]

    // MARK: Extensions

    private static let extensions = [
        Section(
            name: "tables",
            sources: [
                "| foo | bar |\n| --- | --- |\n| baz | bim |",
                "| abc | defghi |\n:-: | -----------:\nbar | baz",
                "| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |",
                "| abc | def |\n| --- | --- |\n| bar | baz |\n> quote",
                "| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar", "| abc | def |\n| --- |\n| bar |",
                "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |", "| abc | def |\n| --- | --- |",
                "a | b\n-|-\n1 | 2",
                "| wide | 日本語 |\n|---|---|\n| one | 二 |", "- | a | b |\n  |---|---|\n  | c | d |",
                "| `a|b` | c |\n|---|---|\n| d | e |",
                "| [a](/lnkone) | *b* |\n|:--|--:|\n| ~~c~~ | `d` |",
            ]),
        Section(
            name: "task lists",
            sources: [
                "- [ ] foo\n- [x] bar", "- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim",
                "1. [ ] one\n2. [X] two", "- [] no task",
                "- [ ]no task", "[ ] no item", "- [ ] *strong* task", "* [x] done\n\n  more",
            ]),
        Section(
            name: "strikethrough",
            sources: [
                "~~Hi~~ Hello", "This ~~has a\n\nnew paragraph~~.", "This will ~~~not~~~ strike.", "a~~b~~c",
                "~~ open", "~~**both**~~",
                "~one~ tilde", "\\~~not\\~~ struck",
            ]),
        Section(
            name: "extended autolinks",
            sources: [
                "www.lnkcommonmark.org", "Visit www.lnkcommonmark.org/help for more",
                "Visit www.lnkcommonmark.org.",
                "www.lnkgoogle.com/search?q=Markup+(business)",
                "(www.lnkgoogle.com/search?q=Markup+(business))",
                "www.lnkgoogle.com/search?q=commonmark&hl=en", "www.lnkcommonmark.org/he<lp",
                "http://lnkcommonmark.org",
                "(Visit https://encrypted.lnkgoogle.com/search?q=Markup)", "foo@lnkbar.baz",
                "hello@mail+xyz.example is no address",
                "a.b-c_d@lnka.b a.b-c_d@a.b_", "https://lnkone.example, https://lnktwo.example!",
                "*https://lnkone.example*",
                "mailto:foo@lnkbar.baz now", "see https://lnkone.example/a_b_c for it",
            ]),
    ]
}
