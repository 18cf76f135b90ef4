using System.Text.Json;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Wire;

/// <summary>What a published package says about the wire; js/proto-facts.mjs takes it out of the generated code.</summary>
/// <param name="Messages">Fields by a message's full name; nested messages are joined with an underscore.</param>
/// <param name="Services">Null where the generator left only method names (<paramref name="JsonMethods"/>).</param>
/// <param name="JsonNames">JSON field names of messages whose numbers the generator dropped.</param>
internal sealed record PublishedFacts(
    string Package,
    string Version,
    Dictionary<string, List<PublishedField>> Messages,
    Dictionary<string, Dictionary<string, int>> Enums,
    Dictionary<string, List<PublishedMethod>>? Services,
    Dictionary<string, List<string>>? JsonNames,
    Dictionary<string, List<string>>? JsonEnums,
    Dictionary<string, List<string>>? JsonMethods)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <param name="arguments">The arguments of js/proto-facts.mjs.</param>
    public static async Task<PublishedFacts> LoadAsync(string arguments, CancellationToken cancellationToken)
    {
        JavaScriptPackages.Require();
        var json = await JavaScriptPackages.RunAsync(["proto-facts.mjs", .. arguments.Split(' ')], cancellationToken);
        return JsonSerializer.Deserialize<PublishedFacts>(json, Options)!;
    }
}

/// <param name="Name">The JSON name.</param>
/// <param name="ProtoName">Null where the generator dropped it.</param>
/// <param name="Type">A scalar type's name, or the full name of a message or enum.</param>
/// <param name="Label">singular, repeated or map.</param>
/// <param name="ExplicitPresence">Whether the field is declared optional or stands in a oneof; null where the generator dropped it.</param>
/// <param name="Oneof">The oneof's name; null where there is none or the generator dropped it.</param>
internal sealed record PublishedField(string Name, string? ProtoName, int Number, string Type, string Label, bool? ExplicitPresence, string? Oneof);

internal sealed record PublishedMethod(string Name, bool ClientStreaming, bool ServerStreaming, string Input, string Output);
