/// A long reply with everything that Markdown can show, to watch it stream.
enum Showcase {
    static let text = """
        # A long reply, to watch it stream

        This is what an agent's Markdown looks like here. It arrives **word by word**; scroll up while it does, and it continues below. \
        Press `Esc` to stop it.

        ## Text

        Some words are *emphasised*, some are **strong**, some are ***both***, some are `code`, and some are ~~struck out~~. Alt-O \
        lists the addresses of links, such as [the CommonMark specification](https://spec.commonmark.org). Two spaces at the end of a line  
        break it. Wide characters keep their columns: 你好, こんにちは, 안녕하세요; so do emoji: 🎉 👩‍🚀 🇩🇪 ✅; and letters with marks: Zoë, naïve, š, é.

        > A quote has a bar beside it.
        >
        > > A quote within a quote has two.
        >
        > — an author

        ## Lists

        - apples
        - pears
          - green ones
          - yellow ones
            - with a stalk
            - and without
        - plums, of which there are many kinds, so that this line is long enough to be wrapped and shows how its second row is indented

        1. First things first.
        2. Then the second.
           1. With a part,
           2. and another.
        3. Then the third.

        - [x] start Parley
        - [x] ask for a demo
        - [ ] send something in the background

        ## A table

        | Planet | Day | Moons | In a few words |
        |---|---:|---:|---|
        | Mercury | 1408 h | 0 | small and hot |
        | Earth | 24 h | 1 | 🌍 you are here |
        | Jupiter | 10 h | 95 | large |
        | Saturn | 11 h | 146 | has the rings |

        ## Code

        ```swift
        /// The factorial of a number that is not negative.
        func factorial(_ number: Int) -> Int {
            guard number > 1 else { return 1 }
            return number * factorial(number - 1)  // calls itself
        }

        print("5! =", factorial(5))
        ```

        ```sh
        for file in *.md; do
            wc --words "$file"   # how long it is
        done
        ```

            Four spaces make code as well.

        ---

        ### And some prose, for length

        A reply is a stream of small pieces. Each piece is drawn when it comes, and what has been drawn is not drawn again: a paragraph \
        that has ended stays as it is, and only the last one, which still grows, is laid out again. That is why a reply of ten thousand \
        words is as quick on its last word as on its first.

        While it streams you can type your next message, switch to another task and come back, or scroll through what was said before. \
        When you are not at the bottom, the view stays where you put it, and a line shows how much is new below.

        That was the whole of it. 🏁
        """
}
