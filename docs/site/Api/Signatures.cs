using System.Globalization;
using System.Reflection;

namespace Xmtp.Site.Api;

/// <summary>Types and members as C# declares them, with short names.</summary>
internal static class Signatures
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(char)] = "char",
        [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(double)] = "double", [typeof(float)] = "float",
        [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(decimal)] = "decimal",
    };

    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>A type's name as one writes it.</summary>
    public static string Name(Type type)
    {
        if (s_keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        if (type.IsGenericParameter) return type.Name;
        var name = type.Name.Split('`')[0];
        if (type.IsGenericType) name += $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        return type.IsNested ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }

    /// <summary>The first line of a type.</summary>
    public static string Of(Type type)
    {
        var isRecord = type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null);
        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            { IsValueType: true } => isRecord ? "record struct" : "struct",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            _ => isRecord ? "record" : "class",
        };
        if (kind == "delegate" && type.GetMethod("Invoke") is { } invoke) return $"public delegate {Type(invoke.ReturnParameter)} {Name(type)}({Parameters(invoke)})";
        var modifier = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true, IsInterface: false } => "abstract ",
            { IsSealed: true, IsValueType: false } => "sealed ",
            _ => "",
        };
        var above = new[] { type.BaseType }.OfType<Type>().Where(static parent => parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            .Concat(type.IsEnum ? [] : type.GetInterfaces().Where(contract => contract.IsPublic && !contract.Name.StartsWith("IEquatable", StringComparison.Ordinal) && !IsAbove(type, contract)))
            .Select(Name).ToList();
        return $"public {modifier}{kind} {Name(type)}{(above.Count == 0 ? "" : $" : {string.Join(", ", above)}")}";
    }

    public static string Of(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Name(constructor.DeclaringType!).Split('<')[0]}({Parameters(constructor)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Type(method.ReturnParameter)} {MethodName(method)}({Parameters(method)})",
        PropertyInfo property => $"{((property.GetMethod ?? property.SetMethod)!.IsStatic ? "static " : "")}{(IsRequired(property) ? "required " : "")}{Mark(Name(property.PropertyType), s_nullability.Create(property).ReadState)} {PropertyName(property)} {{ {Accessors(property)}}}",
        EventInfo happening => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
        FieldInfo { IsLiteral: true } constant => constant.DeclaringType!.IsEnum ? constant.Name : $"const {Name(constant.FieldType)} {constant.Name} = {Literal(constant.GetRawConstantValue())}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}",
        _ => member.Name,
    };

    private static bool IsAbove(Type type, Type contract) =>
        type.BaseType?.GetInterfaces().Contains(contract) == true || type.GetInterfaces().Any(other => other != contract && other.GetInterfaces().Contains(contract));

    private static string MethodName(MethodInfo method)
    {
        if (method.Name.StartsWith("op_", StringComparison.Ordinal)) return $"operator {method.Name[3..]}";
        return method.IsGenericMethod ? $"{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : method.Name;
    }

    private static string PropertyName(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } index ? $"this[{string.Join(", ", index.Select(static parameter => $"{Name(parameter.ParameterType)} {parameter.Name}"))}]" : property.Name;

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));

    private static string Accessors(PropertyInfo property)
    {
        var setter = property.SetMethod is not { IsPublic: true } set ? "" : set.ReturnParameter.GetRequiredCustomModifiers().Any(static modifier => modifier.Name == "IsExternalInit") ? "init; " : "set; ";
        return (property.GetMethod is { IsPublic: true } ? "get; " : "") + setter;
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select((parameter, i) =>
    {
        var isExtension = i == 0 && method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute));
        var prefix = isExtension ? "this " : parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(System.Runtime.CompilerServices.ParamCollectionAttribute)) ? "params " : "";
        return $"{prefix}{Type(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "")}";
    }));

    private static string Type(ParameterInfo parameter) => Mark(Name(parameter.ParameterType), s_nullability.Create(parameter).ReadState);

    private static string Mark(string name, NullabilityState state) => state == NullabilityState.Nullable && !name.EndsWith('?') ? $"{name}?" : name;

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
