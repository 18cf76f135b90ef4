using System.Reflection;
using System.Xml.Linq;

namespace Xmtp.Site.Api;

/// <summary>The XML documentation of some assemblies, by member.</summary>
internal sealed class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _inherited = new(StringComparer.Ordinal);

    public XmlDocumentation(IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies)
        {
            foreach (var member in XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")) _members[member.Attribute("name")!.Value] = member;
            foreach (var type in assembly.GetExportedTypes()) Inherit(type);
        }
    }

    /// <summary>What is written about a member, or about the one whose place it takes; null when nothing is.</summary>
    public XElement? Find(string id)
    {
        for (var hops = 0; hops < 4; hops++)
        {
            var found = _members.GetValueOrDefault(id);
            if (found is not null && found.Element("inheritdoc") is null) return found;
            if (!_inherited.TryGetValue(id, out var above)) return null;
            id = above;
        }

        return null;
    }

    private void Inherit(Type type)
    {
        foreach (var contract in type.IsInterface || type.IsGenericTypeDefinition ? [] : type.GetInterfaces())
        {
            var map = type.GetInterfaceMap(contract);
            for (var i = 0; i < map.TargetMethods.Length; i++)
                if (map.TargetMethods[i].DeclaringType == type) Note(type, map.TargetMethods[i], contract.IsGenericType ? contract.GetGenericTypeDefinition() : contract, map.InterfaceMethods[i]);
        }

        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            if (method.GetBaseDefinition() is var above && above != method) Note(type, method, above.DeclaringType!, above);
    }

    // Accessors stand for their property.
    private void Note(Type type, MethodInfo method, Type aboveType, MethodInfo above)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var property = type.GetProperties(All).FirstOrDefault(candidate => candidate.GetMethod == method);
        if (property is not null) _inherited.TryAdd(DocIds.Of(property), $"P:{DocIds.Of(aboveType)[2..]}.{above.Name[4..]}");
        else _inherited.TryAdd(DocIds.Of(method), DocIds.Of(above));
    }
}
