using System.Text.Json.Serialization;

namespace Xmtp.Cli.Output;

/// <summary>JSON forms of all results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorOutput))]
[JsonSerializable(typeof(IdentityOutput))]
[JsonSerializable(typeof(ContactOutput))]
[JsonSerializable(typeof(MessageOutput))]
[JsonSerializable(typeof(DemoOutput))]
public sealed partial class CliJson : JsonSerializerContext;
