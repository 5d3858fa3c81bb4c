extension Config.Account.Service {
    /// The vendor's own public address; nil where there is none that everybody uses.
    public var defaultURL: String? {
        switch self {
        case .lyzr: "https://agent.api.lyzr.app"
        case .chatTasks: nil
        case .aui: "https://data-services.aui.io/api/ia-controller"
        case .vectara: "https://api.vectara.io"
        }
    }
}
