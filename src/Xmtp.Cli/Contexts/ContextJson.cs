using System.Text.Json.Serialization;

namespace Xmtp.Cli.Contexts;

/// <summary>The JSON form of the file of contexts, which people may edit. A member that nobody knows is a mistake worth hearing of.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContextList))]
internal sealed partial class ContextJson : JsonSerializerContext;
