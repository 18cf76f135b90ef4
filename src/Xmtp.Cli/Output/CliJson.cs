using System.Text.Json.Serialization;

namespace Xmtp.Cli.Output;

/// <summary>JSON forms of all results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorOutput))]
[JsonSerializable(typeof(IdentityOutput))]
[JsonSerializable(typeof(ContactOutput))]
[JsonSerializable(typeof(MessageOutput))]
[JsonSerializable(typeof(DemoOutput))]
[JsonSerializable(typeof(CheatOutput))]
[JsonSerializable(typeof(BenchOutput))]
[JsonSerializable(typeof(PeerOutput))]
[JsonSerializable(typeof(NodeCheckOutput))]
[JsonSerializable(typeof(EntryOutput))]
[JsonSerializable(typeof(LogOutput))]
[JsonSerializable(typeof(HeadOutput))]
[JsonSerializable(typeof(RecordOutput))]
[JsonSerializable(typeof(ContextOutput))]
[JsonSerializable(typeof(IdentityFileOutput))]
[JsonSerializable(typeof(IdentityExportOutput))]
[JsonSerializable(typeof(SendLineOutput))]
[JsonSerializable(typeof(ConversationOutput))]
[JsonSerializable(typeof(InboxSyncOutput))]
[JsonSerializable(typeof(ConsentOutput))]
[JsonSerializable(typeof(DecodeOutput))]
[JsonSerializable(typeof(ServeOutput))]
public sealed partial class CliJson : JsonSerializerContext;
