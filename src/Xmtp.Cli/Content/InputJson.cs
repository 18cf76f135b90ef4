using System.Text.Json.Serialization;

namespace Xmtp.Cli.Content;

/// <summary>JSON that others give. A member that nobody knows is refused rather than sent without.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SendLine))]
internal sealed partial class InputJson : JsonSerializerContext;
