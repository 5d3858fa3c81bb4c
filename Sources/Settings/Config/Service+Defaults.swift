extension Config.Account.Service {
    /// The vendor's public address; nil if there is none that all customers use.
    public var defaultURL: String? {
        switch self {
        case .lyzr: "https://agent.api.lyzr.app"
        case .xagent: nil
        case .aui: "https://data-services.aui.io/api/ia-controller"
        case .vectara: "https://api.vectara.io"
        }
    }

    /// An example of an agent's id, as TOML.
    var agentExample: String {
        switch self {
        case .lyzr: "\"60d0fe4f5311236168a109ca\""
        case .xagent: "7"
        case .aui: "\"shop\""
        case .vectara: "\"customer_support\""
        }
    }

    /// What is wrong with the id of an agent, as the rest of a sentence; nil if it may be right.
    func fault(ofAgent id: String) -> String? {
        switch self {
        case .lyzr, .aui: return nil
        case .xagent: return Int(id) == nil ? "is not a number, as chat-tasks needs" : nil
        case .vectara:
            let isKey =
                (1...50).contains(id.utf8.count)
                && id.unicodeScalars.allSatisfy {
                    $0.isASCII
                        && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
                            || "_-".unicodeScalars.contains($0))
                }
            return isKey ? nil : "is not a key of vectara, which has letters, digits, _ and - only"
        }
    }
}
