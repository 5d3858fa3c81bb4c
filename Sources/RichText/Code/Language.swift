/// What the highlighter knows of a language: enough to read by.
struct Language: Sendable {
    /// How a string literal is written.
    struct Quote: Sendable {
        var open: [UInt8]
        var close: [UInt8]
        /// A backslash escapes the next character.
        var escapes = true
        var spansLines = false

        init(_ open: String, _ close: String? = nil, escapes: Bool = true, spansLines: Bool = false) {
            self.open = Array(open.utf8)
            self.close = Array((close ?? open).utf8)
            self.escapes = escapes
            self.spansLines = spansLines
        }
    }

    /// How a line is read.
    enum Shape: Sendable {
        case words
        /// A string before a colon is a key.
        case json
        /// A word before a colon (or an equals sign) at the start of a line is a key.
        case keys
        /// Tags.
        case markup
        /// Lines that begin with plus and minus.
        case diff
    }

    var shape = Shape.words
    var keywords: Set<String> = []
    var types: Set<String> = []
    var lineComments: [[UInt8]] = []
    var blockComment: (open: [UInt8], close: [UInt8])?
    /// The longer opening first.
    var quotes: [Quote] = []
    /// Words that begin with a capital letter are types.
    var capitalsAreTypes = false
    /// Keywords and types match in any case.
    var ignoresCase = false
    /// Bytes of a word besides letters, digits and underscores.
    var wordBytes: [UInt8] = []

    /// - Parameter name: in lower case, as it follows an opening fence.
    static func named(_ name: String) -> Language? {
        all[aliases[name] ?? name]
    }
}

extension Language {
    private static func words(_ text: String) -> Set<String> {
        Set(text.split(separator: " ").map(String.init))
    }

    private static let cComments: (open: [UInt8], close: [UInt8]) = (Array("/*".utf8), Array("*/".utf8))
    private static let slashes = [Array("//".utf8)]
    private static let hash = [Array("#".utf8)]
    private static let plainQuotes = [Quote("\""), Quote("'")]

    static let aliases: [String: String] = [
        "py": "python", "python3": "python", "js": "javascript", "jsx": "javascript", "mjs": "javascript",
        "node": "javascript", "ts": "typescript", "tsx": "typescript", "golang": "go", "rs": "rust",
        "c++": "cpp", "cc": "cpp", "cxx": "cpp", "hpp": "cpp", "h": "c", "objc": "c", "bash": "sh",
        "shell": "sh",
        "zsh": "sh", "console": "sh", "fish": "sh", "shell-session": "sh", "dockerfile": "sh",
        "makefile": "sh",
        "jsonc": "json", "json5": "json", "jsonl": "json", "yml": "yaml", "ini": "toml", "conf": "toml",
        "cfg": "toml", "properties": "toml", "env": "toml", "htm": "html", "xml": "html", "svg": "html",
        "xhtml": "html", "vue": "html", "patch": "diff", "postgresql": "sql", "mysql": "sql", "sqlite": "sql",
        "kt": "kotlin", "cs": "csharp", "c#": "csharp", "rb": "ruby",
    ]

    /// By their usual names.
    static let all: [String: Language] = [
        "swift": swift, "python": python, "javascript": javascript, "typescript": typescript, "go": go,
        "rust": rust,
        "c": c, "cpp": cpp, "java": java, "kotlin": kotlin, "csharp": csharp, "ruby": ruby, "sh": sh,
        "sql": sql,
        "json": json, "yaml": yaml, "toml": toml, "html": html, "diff": diff,
    ]

    private static let swift = Language(
        keywords: words(
            """
            actor any as associatedtype async await break case catch class continue convenience default defer deinit do \
            else enum extension fallthrough false fileprivate final for func get guard if import in indirect init inout \
            internal is lazy let mutating nil nonisolated open operator override private protocol public repeat required \
            rethrows return self set some static struct subscript super switch throw throws true try typealias unowned \
            var weak where while
            """),
        lineComments: slashes, blockComment: cComments,
        quotes: [Quote("\"\"\"", spansLines: true), Quote("#\"", "\"#", escapes: false), Quote("\"")],
        capitalsAreTypes: true, wordBytes: [UInt8(ascii: "@")])

    private static let python = Language(
        keywords: words(
            """
            False None True and as assert async await break case class continue def del elif else except finally for \
            from global if import in is lambda match nonlocal not or pass raise return self try while with yield
            """),
        types: words("bool bytes dict float frozenset int list object set str tuple type"),
        lineComments: hash,
        quotes: [Quote("\"\"\"", spansLines: true), Quote("'''", spansLines: true)] + plainQuotes,
        capitalsAreTypes: true, wordBytes: [UInt8(ascii: "@")])

    private static let scriptKeywords = """
        arguments as async await break case catch class const continue debugger default delete do else export extends \
        false finally for from function get if import in instanceof let new null of return set static super switch this \
        throw true try typeof undefined var void while with yield
        """

    private static let javascript = Language(
        keywords: words(scriptKeywords), lineComments: slashes, blockComment: cComments,
        quotes: plainQuotes + [Quote("`", spansLines: true)], capitalsAreTypes: true,
        wordBytes: [UInt8(ascii: "$")])

    private static let typescript = Language(
        keywords: words(
            scriptKeywords + """
                 abstract asserts declare enum implements infer interface is keyof namespace override private protected \
                public readonly satisfies type unique
                """),
        types: words("any bigint boolean never number object string symbol unknown"),
        lineComments: slashes, blockComment: cComments, quotes: plainQuotes + [Quote("`", spansLines: true)],
        capitalsAreTypes: true, wordBytes: [UInt8(ascii: "$"), UInt8(ascii: "@")])

    private static let go = Language(
        keywords: words(
            """
            break case chan const continue default defer else fallthrough false for func go goto if import interface iota \
            map nil package range return select struct switch true type var
            """),
        types: words(
            """
            any bool byte complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string uint uint16 \
            uint32 uint64 uint8 uintptr
            """),
        lineComments: slashes, blockComment: cComments,
        quotes: plainQuotes + [Quote("`", escapes: false, spansLines: true)])

    private static let rust = Language(
        keywords: words(
            """
            as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move \
            mut pub ref return self static struct super trait true type union unsafe use where while
            """),
        types: words("bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize"),
        lineComments: slashes, blockComment: cComments,
        // Not the single quote, which opens lifetimes too.
        quotes: [Quote("r#\"", "\"#", escapes: false, spansLines: true), Quote("\"", spansLines: true)],
        capitalsAreTypes: true, wordBytes: [UInt8(ascii: "!")])

    private static let cKeywords = """
        auto break case const continue default do else enum extern false for goto if inline NULL register restrict return \
        sizeof static struct switch true typedef union volatile while #include #define #ifdef #ifndef #if #else #elif \
        #endif #pragma #undef #error
        """

    private static let cTypes = """
        bool char double float int int16_t int32_t int64_t int8_t long short signed size_t ssize_t uint16_t uint32_t \
        uint64_t uint8_t uintptr_t unsigned void FILE
        """

    private static let c = Language(
        keywords: words(cKeywords), types: words(cTypes), lineComments: slashes, blockComment: cComments,
        quotes: plainQuotes, wordBytes: [UInt8(ascii: "#")])

    private static let cpp = Language(
        keywords: words(
            cKeywords + """
                 alignas alignof catch class concept const_cast consteval constexpr co_await co_return co_yield decltype \
                delete dynamic_cast explicit export final friend mutable namespace new noexcept nullptr operator override \
                private protected public reinterpret_cast requires static_assert static_cast template this thread_local \
                throw try typeid typename using virtual
                """),
        types: words(cTypes + " string string_view vector map set pair unique_ptr shared_ptr optional"),
        lineComments: slashes, blockComment: cComments, quotes: plainQuotes, capitalsAreTypes: true,
        wordBytes: [UInt8(ascii: "#")])

    private static let java = Language(
        keywords: words(
            """
            abstract assert break case catch class const continue default do else enum extends false final finally for if \
            implements import instanceof interface native new null package permits private protected public record return \
            sealed static strictfp super switch synchronized this throw throws transient true try var void volatile while \
            yield
            """),
        types: words("boolean byte char double float int long short"),
        lineComments: slashes, blockComment: cComments,
        quotes: [Quote("\"\"\"", spansLines: true)] + plainQuotes,
        capitalsAreTypes: true, wordBytes: [UInt8(ascii: "@")])

    private static let kotlin = Language(
        keywords: words(
            """
            abstract as break by catch class companion const constructor continue crossinline data do else enum expect \
            external false final finally for fun get if import in init inline inner interface internal is lateinit null \
            object open operator out override package private protected public reified return sealed set super suspend \
            this throw true try typealias val var vararg when where while
            """),
        lineComments: slashes, blockComment: cComments,
        quotes: [Quote("\"\"\"", spansLines: true)] + plainQuotes,
        capitalsAreTypes: true, wordBytes: [UInt8(ascii: "@")])

    private static let csharp = Language(
        keywords: words(
            """
            abstract as async await base break case catch checked class const continue default delegate do else enum event \
            explicit extern false finally fixed for foreach get goto if implicit in interface internal is lock namespace \
            new null operator out override params private protected public readonly record ref return sealed set sizeof \
            stackalloc static struct switch this throw true try typeof unchecked unsafe using var virtual void volatile \
            when where while yield
            """),
        types: words(
            "bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort"
        ),
        lineComments: slashes, blockComment: cComments,
        quotes: [Quote("\"\"\"", spansLines: true), Quote("@\"", "\"", escapes: false, spansLines: true)]
            + plainQuotes,
        capitalsAreTypes: true)

    private static let ruby = Language(
        keywords: words(
            """
            BEGIN END alias and begin break case class def defined? do else elsif end ensure extend false for if in include \
            module next nil not or private protected public raise redo require rescue retry return self super then true \
            undef unless until when while yield
            """),
        lineComments: hash, quotes: plainQuotes, capitalsAreTypes: true,
        wordBytes: [UInt8(ascii: "@"), UInt8(ascii: "?")])

    private static let sh = Language(
        keywords: words(
            """
            alias break case cd continue do done echo elif else esac eval exec exit export fi for function if in local \
            printf read readonly return select set shift source sudo then time trap umask unset until while FROM RUN CMD \
            COPY ENV WORKDIR EXPOSE ENTRYPOINT ARG
            """),
        lineComments: hash,
        quotes: [Quote("\"", spansLines: true), Quote("'", escapes: false, spansLines: true)],
        wordBytes: [UInt8(ascii: "-"), UInt8(ascii: "$")])

    private static let sql = Language(
        keywords: words(
            """
            add all alter and any as asc begin between by case cascade check column commit constraint create cross cte \
            database default delete desc distinct drop else end except exists explain false foreign from full function \
            grant group having if in index inner insert intersect into is join key left like limit materialized natural \
            not null offset on or order outer over partition pragma primary procedure recursive references replace \
            returning revoke right rollback row rows select set table temporary then to transaction trigger true union \
            unique update using values view when where window with
            """),
        types: words(
            """
            bigint blob bool boolean bytea char date datetime decimal double float int integer interval json jsonb numeric \
            real serial smallint text time timestamp timestamptz tinyint uuid varchar
            """),
        lineComments: [Array("--".utf8)], blockComment: cComments,
        quotes: [Quote("'", escapes: false), Quote("\"")],
        ignoresCase: true)

    private static let json = Language(
        shape: .json, keywords: words("true false null"), lineComments: slashes, blockComment: cComments,
        quotes: [Quote("\"")])

    private static let yaml = Language(
        shape: .keys, keywords: words("true false null yes no on off"), lineComments: hash,
        quotes: [Quote("\""), Quote("'", escapes: false)], wordBytes: [UInt8(ascii: "-"), UInt8(ascii: ".")])

    private static let toml = Language(
        shape: .keys, keywords: words("true false"), lineComments: hash + [Array(";".utf8)],
        quotes: [
            Quote("\"\"\"", spansLines: true), Quote("'''", escapes: false, spansLines: true), Quote("\""),
            Quote("'", escapes: false),
        ], wordBytes: [UInt8(ascii: "-"), UInt8(ascii: ".")])

    private static let html = Language(
        shape: .markup, blockComment: (Array("<!--".utf8), Array("-->".utf8)),
        quotes: [
            Quote("\"", escapes: false, spansLines: true), Quote("'", escapes: false, spansLines: true),
        ],
        wordBytes: [UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: ".")])

    private static let diff = Language(shape: .diff)
}
